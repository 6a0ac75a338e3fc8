// The peers, each in the form that is best for it: a constant of the module that signals.

/** @typedef {import('./variants.mjs').Variant} Variant */

const each = (names, text) => names.map(text).join('\n')

/**
 * Subscribers: four functions, not one four times, as in fixture/src/probes.ts.
 *
 * @param {string} params the parameter list of a subscriber
 * @param {string} n the number in it
 * @param {string} attach statements that attach `body` to everything and put functions that detach it into `undo`
 */
const attachable = (params, n, attach) => `
export let sum = 0
const bodies = [
	(${params}) => { sum = (sum + ${n}) | 0 },
	(${params}) => { sum = (sum ^ ${n}) | 0 },
	(${params}) => { sum = (sum - ${n}) | 0 },
	(${params}) => { sum = (sum + (${n} & 1)) | 0 },
]
export function attach(count: number): () => void {
	const undo: (() => void)[] = []
	for (const body of bodies.slice(0, count)) {
		${attach}
	}
	return () => undo.forEach(f => f())
}`

const channels = names =>
	`import { channel } from 'node:diagnostics_channel'\n${each(names, name => `const ${name} = channel('bench:${name}')`)}\n${attachable(
		'm',
		'm.n',
		`for (const c of [${names.join()}]) { c.subscribe(body); undo.push(() => c.unsubscribe(body)) }`,
	)}`

const payload = ([a, b]) => `{ word: ${a}, n: ${b} }`

/** @type {Record<string, Variant>} */
export const peers = {
	flag: {
		title: '`if (flag) f()`',
		head: () =>
			`let on = false\nlet seen = 0\nconst record = (_a, b) => { seen = (seen + b) | 0 }\nexport function turn(to: boolean) { on = to; return seen }`,
		call: (_name, args) => `if (on) record(${args.join(', ')})`,
	},
	channelGuarded: {
		title: 'diagnostics_channel, `if (c.hasSubscribers)`',
		head: channels,
		call: (name, args) => `if (${name}.hasSubscribers) ${name}.publish(${payload(args)})`,
	},
	channel: {
		title: 'diagnostics_channel',
		head: channels,
		call: (name, args) => `${name}.publish(${payload(args)})`,
	},
	emitter: {
		title: 'EventEmitter',
		head: names =>
			`import { EventEmitter } from 'node:events'\nconst bus = new EventEmitter()\n${attachable(
				'_word, n',
				'n',
				`for (const e of ${JSON.stringify(names)}) { bus.on(e, body); undo.push(() => bus.off(e, body)) }`,
			)}`,
		call: (name, args) => `bus.emit('${name}', ${args.join(', ')})`,
	},
	tapable: {
		title: 'tapable SyncHook',
		head: names =>
			`import { SyncHook } from 'tapable'\n${each(names, name => `const ${name} = new (SyncHook as any)(['word', 'n'])`)}\n${attachable(
				'_word, n',
				'n',
				`for (const h of [${names.join()}]) { h.tap('bench', body); undo.push(() => { h.taps.length = 0; h._resetCompilation() }) }`,
			)}`,
		call: (name, args) => `${name}.call(${args.join(', ')})`,
	},
	debug: {
		title: 'debug, disabled',
		head: () => `import createDebug from 'debug'\nconst debug = createDebug('bench')`,
		call: (_name, args) => `debug('%s %d', ${args.join(', ')})`,
	},
	otelSpan: {
		title: 'OpenTelemetry API without SDK, `startSpan().end()`',
		head: () => `import { trace } from '@opentelemetry/api'\nconst tracer = trace.getTracer('bench')`,
		call: name => `tracer.startSpan('${name}').end()`,
	},
	otelEvent: {
		title: 'OpenTelemetry API without SDK, `span.addEvent()`',
		head: () => `import { trace } from '@opentelemetry/api'\nconst span = trace.getTracer('bench').startSpan('bench')`,
		call: (name, args) => `span.addEvent('${name}', ${payload(args)})`,
	},
	mark: {
		title: '`performance.mark()`',
		head: () => `import { performance } from 'node:perf_hooks'\nexport function reset() { performance.clearMarks() }`,
		call: name => `performance.mark('${name}')`,
	},
}
