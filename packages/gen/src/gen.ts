import { readFileSync } from 'node:fs'
import { byPlace, type Diagnostic, type TextEdit } from './diagnostic.js'
import type { OnProgress } from './scan.js'
import { type Failure, type Outcome, Session } from './session.js'
import { type StaleFile, staleFile } from './stale.js'
import { decode } from './text.js'
import { apply, writeFile } from './write.js'

/** What `gen` is asked for. */
export interface GenOptions {
	/** Absolute paths: directories, searched recursively, and files, each of which stands for its directory alone. */
	readonly roots: readonly string[]
	/** Where the cache is looked for, and what paths are relative to. */
	readonly cwd: string
	/** Write nothing; tell what would be written. */
	readonly check?: boolean
	/** Mend what can be mended in the sources, and then generate. */
	readonly fix?: boolean
	/** Told what a long run is at. Called often: whoever shows it should skip some. */
	readonly onProgress?: OnProgress
}

/** What `gen` did, or would do. Paths are absolute. */
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
	readonly failures: readonly Failure[]
	readonly diagnostics: readonly Diagnostic[]
	/** Duration in milliseconds. */
	readonly ms: number
}

/**
 * Generate the ztrace files of all trace packages below `roots`.
 *
 * @example
 * import { gen } from '@tsgotrace/gen'
 * const { written, diagnostics } = await gen({ roots: [process.cwd()], cwd: process.cwd() })
 */
export async function gen(options: GenOptions): Promise<GenResult> {
	const start = performance.now()
	const session = new Session(options.cwd, options.roots, options.onProgress)
	let outcome = await session.run()
	const fixed: string[] = []
	if (options.fix) {
		// A fix may uncover what was hidden behind it, but never without end.
		for (let round = 0; round < 5; round++) {
			const done = mend(outcome.diagnostics)
			if (done.length === 0) break
			for (const path of done) if (!fixed.includes(path)) fixed.push(path)
			session.rescan()
			outcome = await session.run()
		}
	}
	return finish(outcome, session.files, options.check ?? false, fixed, start)
}

/** Carry out what a run decided, and say what was done. */
export function finish(outcome: Outcome, files: number, check: boolean, fixed: readonly string[], start: number): GenResult {
	const written: string[] = []
	const removed: string[] = []
	const failures: Failure[] = [...outcome.failures]
	for (const change of check ? [] : outcome.changes) {
		try {
			apply(change)
			;(change.kind === 'remove' ? removed : written).push(change.path)
		} catch (error) {
			failures.push({ path: change.path, message: (error as Error).message })
		}
	}
	return {
		files,
		events: outcome.units.reduce((n, u) => n + u.events.length, 0),
		imports: outcome.units.reduce((n, u) => n + u.imports.length, 0),
		written,
		removed,
		unchanged: outcome.unchanged.length,
		stale: check ? outcome.changes.map(staleFile) : [],
		fixed,
		failures,
		diagnostics: [...outcome.diagnostics].sort(byPlace),
		ms: performance.now() - start,
	}
}

/** Apply the fixes of all diagnostics; returns the files that were changed. */
function mend(diagnostics: readonly Diagnostic[]): string[] {
	const edits = new Map<string, TextEdit[]>()
	for (const { file, fix } of diagnostics) {
		if (fix === undefined) continue
		const list = edits.get(file)
		if (list === undefined) edits.set(file, [fix])
		else list.push(fix)
	}
	for (const [path, list] of edits) {
		const { text, encode } = decode(readFileSync(path))
		const pieces: string[] = []
		let before = text.length
		const seen = new Set<string>()
		// From the end, so that offsets hold; of two that overlap the second waits for the next round.
		for (const { start, end, text: replacement } of list.toSorted((a, b) => b.start - a.start || b.end - a.end)) {
			const key = `${start} ${end} ${replacement}`
			if (end > before || seen.has(key)) continue
			seen.add(key)
			pieces.push(text.slice(end, before), replacement)
			before = start
		}
		writeFile(path, encode(text.slice(0, before) + pieces.reverse().join('')))
	}
	return [...edits.keys()].sort()
}
