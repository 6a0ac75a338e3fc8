import { basename, dirname, extname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PluginGlobs } from '../platform/awaits.js'
import { variable } from '../platform/awaits.js'
import { matcher } from './globs.js'
import { names, rewrite } from './rewrite.js'
import { PluginSummary } from './summary.js'

/** Options of {@link tracetest}. */
export interface PluginOptions {
	/**
	 * Files whose every `await` becomes a choice point: globs, relative to the root of the project, such as `src/**`.
	 * Those that begin with `!` exclude files.
	 */
	readonly awaits: string | readonly string[]
}

/** What vite and vitest need of a plugin. */
export interface Plugin {
	readonly name: string
	readonly enforce: 'post'
	config(config: { readonly root?: string; readonly test?: unknown }): { readonly test: object } | undefined
	configResolved(config: { readonly root: string }): void
	configureVitest(context: {
		readonly vitest: { readonly config: { readonly reporters?: unknown } }
		readonly project: { readonly name: string }
	}): void
	transform(this: Parser, code: string, id: string): { readonly code: string; readonly map: unknown } | null
}

interface Parser {
	parse(code: string): unknown
}

/** What imports resolve to code, and is not data that has become a module. */
const code = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx)$/

const header = `import { awaiting as ${names.awaiting}, awaitingEach as ${names.each}, matched as ${names.matched} } from '@tsgotrace/tracetest/await';`

/** This package, which must not wait for itself. */
const own = resolve(dirname(fileURLToPath(import.meta.url)), '..') + sep

/**
 * A plugin of vitest, which makes code explorable that signals no events: each `await` in the files that match is a
 * choice point of `verify`, and so is each step of a `for await` loop. Where nothing is explored, they do what they
 * always do. `await using` stays as it is. CommonJS files are included, imported or required. At the end of a run
 * vitest prints how many awaits are choice points, and which globs match no file.
 *
 * @throws {TypeError} if `awaits` has no glob
 * @example
 * // vitest.config.ts
 * import { tracetest } from '@tsgotrace/tracetest/plugin'
 * export const config = { plugins: [tracetest({ awaits: 'src/**' })] }
 */
export function tracetest({ awaits }: PluginOptions): Plugin {
	const given = globsOf(awaits)
	let globs: PluginGlobs = { root: process.cwd(), awaits: given }
	let fileOf = matcher(globs)
	return {
		name: 'tsgotrace:awaits',
		// After TypeScript has become JavaScript.
		enforce: 'post',
		config({ root = '.', test }) {
			globs = { root: resolve(root), awaits: given }
			// A browser has no files to require, and no async hooks to explore with.
			const { browser } = Object(test) as { readonly browser?: { readonly enabled?: boolean } }
			if (browser?.enabled === true) return undefined
			const setup = fileURLToPath(new URL(`./setup${extname(import.meta.url)}`, import.meta.url))
			return { test: { setupFiles: [setup], env: { [variable]: JSON.stringify(globs) } } }
		},
		configResolved({ root }) {
			globs = { root, awaits: given }
			fileOf = matcher(globs)
		},
		configureVitest({ vitest: { config }, project }) {
			if (Array.isArray(config.reporters)) config.reporters.push(new PluginSummary(globs, project))
		},
		transform(text, id) {
			const path = id.replace(/[?#].*$/, '')
			if (id.startsWith('\0') || !code.test(path) || path.startsWith(own)) return null
			const file = fileOf(path)
			if (file === undefined) return null
			const { text: rewritten } = rewrite(text, this.parse(text), file, header)
			// Sources are relative to the directory of the file itself.
			return {
				code: rewritten.toString(),
				map: rewritten.generateMap({ hires: true, source: basename(path), includeContent: true }),
			}
		},
	}
}

function globsOf(awaits: unknown): readonly string[] {
	const globs: readonly unknown[] = Array.isArray(awaits) ? awaits : [awaits]
	if (globs.length > 0 && globs.every(glob => typeof glob === 'string' && glob !== '' && glob !== '!'))
		return globs as readonly string[]
	throw new TypeError(
		`tracetest: option awaits is ${JSON.stringify(awaits)}: expected a glob such as 'src/**', or an array of globs`,
	)
}
