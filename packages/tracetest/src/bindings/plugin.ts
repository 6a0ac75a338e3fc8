import { posix, relative, sep } from 'node:path'
import { walk } from 'estree-walker'
import MagicString from 'magic-string'
import picomatch from 'picomatch'

/** Options of {@link tracetest}. */
export interface PluginOptions {
	/** Files whose every `await` becomes a choice point: globs, relative to the root of the project, such as `src/**`. */
	readonly awaits: string | readonly string[]
}

/** What vite and vitest need of a plugin. */
export interface Plugin {
	readonly name: string
	readonly enforce: 'post'
	configResolved(config: { readonly root: string }): void
	transform(this: Parser, code: string, id: string): { readonly code: string; readonly map: unknown } | null
}

interface Parser {
	parse(code: string): unknown
}

interface Positioned {
	readonly type: string
	readonly start: number
	readonly end: number
}

const imported = '__tracetest_awaiting'

/**
 * A plugin of vitest, which makes code explorable that signals no events: each `await` in the files that match is a choice point of `verify`. Where nothing
 * is explored, they do what they always do. `for await` and `await using` stay as they are.
 *
 * @example
 * // vitest.config.ts
 * import { tracetest } from '@tsgotrace/tracetest/plugin'
 * export const config = { plugins: [tracetest({ awaits: 'src/**' })] }
 */
export function tracetest({ awaits }: PluginOptions): Plugin {
	const matches = picomatch(typeof awaits === 'string' ? awaits : [...awaits])
	let root = process.cwd()
	return {
		name: 'tsgotrace:awaits',
		// After TypeScript has become JavaScript.
		enforce: 'post',
		configResolved(config) {
			root = config.root
		},
		transform(code, id) {
			const file = relative(root, id.replace(/[?#].*$/, ''))
				.split(sep)
				.join('/')
			if (!code.includes('await') || !matches(file)) return null
			return rewrite(code, file, this.parse(code))
		},
	}
}

/** No line moves: stacks, and breakpoints without source maps, stay right. */
function rewrite(code: string, file: string, program: unknown): ReturnType<Plugin['transform']> {
	const text = new MagicString(code)
	let awaits = 0
	walk(program as Parameters<typeof walk>[0], {
		enter(node) {
			if (node.type !== 'AwaitExpression') return
			const { start, end } = node as unknown as Positioned
			// Around all that follows the word, with its parentheses, if any: they may hold a sequence.
			text.appendRight(start + 'await'.length, ` ${imported}((`)
			text.appendLeft(end, `), ${JSON.stringify(`${file}#${awaits++}`)})`)
		},
	})
	if (awaits === 0) return null
	text.prepend(`import { awaiting as ${imported} } from '@tsgotrace/tracetest/await'; `)
	// Sources are relative to the directory of the file itself.
	return { code: text.toString(), map: text.generateMap({ hires: true, source: posix.basename(file), includeContent: true }) }
}
