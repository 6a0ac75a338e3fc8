// The variants of fixture/src/work.ts: what replaces a call of a trace event in each of them.
import { peers } from './peers.mjs'

/**
 * @typedef {object} Variant
 * @property {string} title for tables
 * @property {(names: string[]) => string} [head] what replaces the import of the events
 * @property {(name: string, args: string[]) => string} [call] the line in the place of a call; none: the line is
 * removed
 * @property {string} [pausable] the line in the place of the signal of the pausable event; none: the line is removed
 */

/** `traceHashed` -> `Hashed` */
const bare = name => name.slice('trace'.length)

const from = (file, names) => `import { ${names.join(', ')} } from './${file}.js'`
const plain = (name, args) => `${name}(${args.join(', ')})`
const on = names => names.flatMap(name => [name, `${name}_on`])

/** A description of the event's arguments, as people compute them for a log line. */
const template = ([a, b]) => `\`word \${${a}} has hash \${${b}}\``
const json = ([a, b]) => `JSON.stringify({ word: ${a}, hash: ${b} })`

/** @type {Record<string, Variant>} */
const own = {
	none: { title: 'no event' },
	again: { title: 'no event, a second copy (error of the method)' },
	empty: {
		title: 'empty exported function',
		head: names =>
			from(
				'empty',
				names.map(name => `empty${bare(name)}`),
			),
		call: (name, args) => plain(`empty${bare(name)}`, args),
	},
	slot: {
		title: 'module variable (literal translation of Go)',
		head: names =>
			from(
				'slot',
				names.map(name => `slot${bare(name)}`),
			),
		call: (name, args) => plain(`slot${bare(name)}`, args),
	},
	event: {
		title: 'event',
		head: names => from('ztrace', [...names, 'traceSaved']),
		call: plain,
		pausable: 'if (traceSaved) await traceSaved(id)',
	},
	untaken: {
		title: 'an `await` that is never reached',
		head: () =>
			'let pause: ((id: number) => Promise<void>) | undefined\nexport function pauseWith(to: typeof pause): void { pause = to }',
		pausable: 'if (pause) await pause(id)',
	},
	alias: {
		title: 'event through a local const',
		head: names =>
			`${from(
				'ztrace',
				names.map(name => `${name} as _${name}`),
			)}\n${names.map(name => `const ${name} = _${name}`).join('\n')}`,
		call: plain,
	},
	template: {
		title: 'event with a template string for an argument',
		head: names => from('ztrace', names),
		call: (name, args) => plain(name, [template(args), args[1]]),
	},
	templateOn: {
		title: 'the same under traceX_on()',
		head: names => from('ztrace', on(names)),
		call: (name, args) => `if (${name}_on()) ${plain(name, [template(args), args[1]])}`,
	},
	json: {
		title: 'event with JSON.stringify for an argument',
		head: names => from('ztrace', names),
		call: (name, args) => plain(name, [json(args), args[1]]),
	},
	jsonOn: {
		title: 'the same under traceX_on()',
		head: names => from('ztrace', on(names)),
		call: (name, args) => `if (${name}_on()) ${plain(name, [json(args), args[1]])}`,
	},
}

export const variants = { ...own, ...peers }

const importLine = /^import \{([^}]*)\} from '\.\/ztrace\.js'$/m
const pausable = /^\tif \((trace\w+)\) await \1\(\w+\)\n/gm
const call = /^(\t+)(trace\w+)\((.*)\)\n/gm
const directive = /^\/\/trace:.*\n/gm

/**
 * @param {string} work the text of fixture/src/work.ts
 * @param {Variant} variant
 * @returns {string} the text of the variant
 */
export function derive(work, variant) {
	const imported = importLine.exec(work)
	if (imported === null) throw new Error('work.ts does not import its events')
	const names = imported[1].split(',').map(name => name.trim())
	const called = names.filter(name => name !== 'traceSaved')
	return work
		.replace(importLine, () => variant.head?.(called) ?? '')
		.replace(pausable, () => (variant.pausable ? `\t${variant.pausable}\n` : ''))
		.replace(call, (_line, indent, name, args) =>
			variant.call ? `${indent}${variant.call(name, args.split(', '))}\n` : '',
		)
		.replace(directive, '')
}
