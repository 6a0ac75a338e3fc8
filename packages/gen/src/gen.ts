import type { Diagnostic } from './diagnostic.js'
import type { OnProgress } from './scan.js'
import type { FileFailure } from './session.js'
import type { StaleFile } from './stale.js'
import { unchanged } from './unchanged.js'

/** Options of `gen`. */
export interface GenOptions {
	/**
	 * Absolute paths: directories, searched recursively, and files, each of which selects its directory without
	 * subdirectories.
	 */
	readonly roots: readonly string[]
	/** The directory in which the cache is looked for, and that paths are relative to. */
	readonly cwd: string
	/** Write nothing; report what would be written. */
	readonly check?: boolean
	/** Apply automatic fixes to the sources first, then generate. */
	readonly fix?: boolean
	/** With `fix`: names or ids of events to declare as `async`. Their calls are changed as far as `fix` can. */
	readonly async?: readonly string[]
	/** Called with the progress of a long run. Called often: a display should skip some calls. */
	readonly onProgress?: OnProgress
}

/** The result of `gen`, or of its `check`. Paths are absolute. */
export interface GenResult {
	/** TypeScript files that were searched. */
	readonly files: number
	readonly events: number
	/** `//trace:import` directives. */
	readonly imports: number
	readonly written: readonly string[]
	readonly removed: readonly string[]
	readonly unchanged: number
	/** With `check`: generated files that are missing, out of date or left over. */
	readonly stale: readonly StaleFile[]
	/** With `fix`: sources that were changed. */
	readonly fixed: readonly string[]
	/** Files that could not be read, written or removed, and why. */
	readonly failures: readonly FileFailure[]
	readonly diagnostics: readonly Diagnostic[]
	/** Duration in milliseconds. */
	readonly ms: number
}

/**
 * Generate the ztrace files of all trace packages below `roots`.
 *
 * @throws {RangeError} if `async` names an event that does not exist, or several; nothing is changed then
 * @example
 * import { gen } from '@tsgotrace/gen'
 * const { written, diagnostics } = await gen({ roots: [process.cwd()], cwd: process.cwd() })
 */
export async function gen(options: GenOptions): Promise<GenResult> {
	const start = performance.now()
	const clean = options.async === undefined ? unchanged(options.cwd, options.roots) : null
	if (clean !== null) {
		const nothing = { written: [], removed: [], stale: [], fixed: [], failures: [], diagnostics: [] }
		return { ...clean, ...nothing, ms: performance.now() - start }
	}
	// Loading the generator takes longer than finding out that there is nothing to do, so it is loaded only if needed.
	const { generate } = await import('./generate.js')
	return generate(options, start)
}
