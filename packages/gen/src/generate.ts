import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { asyncEdits } from './asyncevents.js'
import { byPlace, type Diagnostic, type TextEdit } from './diagnostic.js'
import type { GenOptions, GenResult } from './gen.js'
import { Looks } from './looks.js'
import { type FileFailure, type RunPlan, Session } from './session.js'
import { staleFile } from './stale.js'
import { lasting, type Stamp, stampOf } from './stamp.js'
import { loadState, type RunState, saveState, statePath } from './state.js'
import { decode } from './text.js'
import { buildOf } from './version.js'
import { apply, writeFile } from './write.js'

/**
 * Run the pipeline once, and store its state for the next run.
 *
 * @param start when the run began, in the time of `performance.now()`
 */
export async function generate(options: GenOptions, start: number): Promise<GenResult> {
	const began = Date.now()
	const { cwd, roots, onProgress } = options
	const path = statePath(cwd, roots)
	const version = buildOf()
	const known = path === null ? null : loadState(path, version, roots)
	const looks = new Looks(known?.files(), began)
	const session = new Session(cwd, roots, onProgress, looks)
	let outcome = await session.run()
	const fixed: string[] = []
	if (options.fix) {
		let edits: readonly Edit[] = [...asyncEdits(outcome.units, options.async ?? []), ...outcome.diagnostics]
		// A fix may reveal another error, but the number of rounds is limited.
		for (let round = 0; round < 5; round++) {
			const done = applyFixes(edits)
			if (done.length === 0) break
			for (const path of done) if (!fixed.includes(path)) fixed.push(path)
			session.rescan()
			outcome = await session.run()
			edits = outcome.diagnostics
		}
	}
	const result = finish(outcome, session.files, options.check ?? false, fixed, start)
	if (path !== null) keep(path, version, session, looks, result, began)
	return result
}

/** Store what the next run does not have to read again. */
function keep(path: string, version: string, session: Session, looks: Looks, result: GenResult, began: number): void {
	const { inputs } = session
	const isClean = result.diagnostics.length + result.failures.length + result.stale.length === 0
	const stamp = (at: string, follow: boolean): Stamp => lasting(stampOf(at, follow), began)
	const { files, events, imports, unchanged, written } = result
	const dirs = new Map(
		[...(inputs?.dirs ?? [])].map(([dir, names]) => [
			dir,
			{ path: dir, names, stamp: stamp(dir, false), files: [] as KnownFile[] },
		]),
	)
	const others = new Set(inputs?.others)
	const add = (at: string, known: Omit<KnownFile, 'name'>): unknown =>
		dirs.get(dirname(at))?.files.push({ name: basename(at), ...known }) ?? others.add(at)
	for (const [at, known] of looks.seen) add(at, known)
	for (const at of inputs?.generated ?? []) add(at, { bits: 0, stamp: stamp(at, false) })
	saveState(path, version, session.roots, {
		dirs: [...dirs.values()],
		others: [...others].map(at => ({ path: at, stamp: stamp(at, true) })),
		clean: isClean && inputs !== null ? { files, events, imports, unchanged: unchanged + written.length } : null,
	})
}

type KnownFile = RunState['dirs'][number]['files'][number]

/** Execute the plan of a run, and report what was done. */
export function finish(
	outcome: RunPlan,
	files: number,
	check: boolean,
	fixed: readonly string[],
	start: number,
): GenResult {
	const written: string[] = []
	const removed: string[] = []
	const failures: FileFailure[] = [...outcome.failures]
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

type Edit = Pick<Diagnostic, 'file' | 'fix'>

/** Apply the fixes of all diagnostics; returns the files that were changed. */
function applyFixes(fixes: readonly Edit[]): string[] {
	const edits = new Map<string, TextEdit[]>()
	for (const { file, fix } of fixes) {
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
		// From the end, so that offsets stay valid. Of two overlapping fixes, the second waits for the next round.
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
