// What a run depended on and found, stored for the next run, so that unchanged files are not read again.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { type Stamp, stampOf } from './stamp.js'

/** The result of a run over a tree in which everything is current. */
export interface Clean {
	readonly files: number
	readonly events: number
	readonly imports: number
	readonly unchanged: number
}

/** What a run depended on: paths, and numbers about each. */
export interface RunState {
	/** Directories that were searched, with all their names, and with the files that were read or generated in them. */
	readonly dirs: readonly {
		readonly path: string
		readonly stamp: Stamp
		readonly names: string
		readonly files: readonly { readonly name: string; readonly stamp: Stamp; readonly bits: number }[]
	}[]
	/** Other paths that were read or looked for, links followed. */
	readonly others: readonly { readonly path: string; readonly stamp: Stamp }[]
	/** Null unless there was nothing to write and nothing to report. */
	readonly clean: Clean | null
}

/** The text of a state file before its numbers. Names are joined, because one string is read faster than many. */
interface Head {
	readonly version: string
	readonly roots: readonly string[]
	readonly dirs: readonly string[]
	readonly names: readonly string[]
	readonly files: readonly string[]
	readonly others: readonly string[]
	readonly numbers: number
	readonly clean: Clean | null
}

/** The separator between names: no name contains a slash. */
export const nameSeparator = '/'
/** How many trees of one project keep a state. */
const maxStates = 8

/** A stored state, without an object for each of its paths. */
export class KeptState {
	readonly #head: Head
	readonly #numbers: Float64Array

	constructor(head: Head, numbers: Float64Array) {
		this.#head = head
		this.#numbers = numbers
	}

	get clean(): Clean | null {
		return this.#head.clean
	}

	/** Whether anything has changed. Stops at the first change. */
	differs(): boolean {
		const { dirs, names, files, others } = this.#head
		let at = 0
		for (const path of others) {
			if (!this.#isAt(at, stampOf(path, true))) return true
			at += 4
		}
		for (const [i, dir] of dirs.entries()) {
			// Not all file systems change the time of a directory when an entry is added or removed.
			if (!this.#isAt(at, stampOf(dir, false)) || namesIn(dir) !== names[i]) return true
			at += 4
			for (const name of split(files[i]!)) {
				if (!this.#isAt(at, stampOf(dir + sep + name, false))) return true
				at += 5
			}
		}
		return false
	}

	/** What was found in each file, by path. */
	files(): Map<string, { readonly stamp: Stamp; readonly bits: number }> {
		const { dirs, files, others } = this.#head
		const known = new Map<string, { stamp: Stamp; bits: number }>()
		const numbers = this.#numbers
		let at = others.length * 4
		for (const [i, dir] of dirs.entries()) {
			at += 4
			for (const name of split(files[i]!)) {
				const [size, mtime, ctime, ino, bits] = numbers.subarray(at, at + 5) as unknown as [
					number,
					number,
					number,
					number,
					number,
				]
				known.set(dir + sep + name, { stamp: [size, mtime, ctime, ino], bits })
				at += 5
			}
		}
		return known
	}

	#isAt(at: number, stamp: Stamp): boolean {
		const numbers = this.#numbers
		return (
			numbers[at] === stamp[0] &&
			numbers[at + 1] === stamp[1] &&
			numbers[at + 2] === stamp[2] &&
			numbers[at + 3] === stamp[3]
		)
	}
}

/** The path of the state of `roots`; null without a node_modules. */
export function statePath(cwd: string, roots: readonly string[]): string | null {
	let hash = 0x811c9dc5
	for (const char of roots.join(nameSeparator)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
	const dir = cacheDir(cwd)
	return dir === null ? null : join(dir, `state-${(hash >>> 0).toString(16)}`)
}

/** The directory for data that is kept between runs; null without a node_modules. */
export function cacheDir(cwd: string): string | null {
	for (let dir = cwd; ; dir = dirname(dir)) {
		if (statSync(join(dir, 'node_modules'), { throwIfNoEntry: false })?.isDirectory())
			return join(dir, 'node_modules/.cache/tsgotrace')
		if (dirname(dir) === dir) return null
	}
}

/** The state at `path`, or null if there is none that this generator wrote for these roots. */
export function loadState(path: string, version: string, roots: readonly string[]): KeptState | null {
	try {
		const bytes = readFileSync(path)
		const length = bytes.readUInt32LE(0)
		const head = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Head
		if (head.version !== version || JSON.stringify(head.roots) !== JSON.stringify(roots)) return null
		const start = Math.ceil((4 + length) / 8) * 8
		const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
		// In a truncated file, numbers are missing.
		return numbers.length === head.numbers ? new KeptState(head, numbers) : null
	} catch {
		// Missing or damaged.
		return null
	}
}

/** Store a state. Nothing is stored if the directory is not writable, or if clocks disagree. */
export function saveState(
	path: string,
	version: string,
	roots: readonly string[],
	{ dirs, others, clean }: RunState,
): void {
	const numbers = Float64Array.from([
		...others.flatMap(o => o.stamp),
		...dirs.flatMap(dir => [...dir.stamp, ...dir.files.flatMap(f => [...f.stamp, f.bits])]),
	])
	const head: Head = {
		version,
		roots,
		dirs: dirs.map(d => d.path),
		names: dirs.map(d => d.names),
		files: dirs.map(d => d.files.map(f => f.name).join(nameSeparator)),
		others: others.map(o => o.path),
		numbers: numbers.length,
		clean,
	}
	const text = Buffer.from(JSON.stringify(head))
	const start = Math.ceil((4 + text.length) / 8) * 8
	const bytes = Buffer.alloc(start + numbers.byteLength)
	bytes.writeUInt32LE(text.length, 0)
	text.copy(bytes, 4)
	Buffer.from(numbers.buffer).copy(bytes, start)
	const whole = `${path}.${process.pid}.tmp`
	const discard = (): void => rmSync(whole, { force: true })
	try {
		mkdirSync(dirname(path), { recursive: true })
		writeFileSync(whole, bytes)
		// If the clock of the file system is behind ours, files look older than they are.
		if (statSync(whole).mtimeMs < Date.now() - 1000) discard()
		else renameSync(whole, path)
		forgetOldest(dirname(path))
	} catch {
		// A read-only node_modules or a full disk must not fail the run.
		try {
			discard()
		} catch {
			// Nothing to remove: not an error either.
		}
	}
}

function forgetOldest(dir: string): void {
	const states = readdirSync(dir).filter(name => /^state-[\da-f]+$/.test(name))
	if (states.length <= maxStates) return
	const byAge = states.map(name => ({ name, age: statSync(join(dir, name)).mtimeMs })).sort((a, b) => b.age - a.age)
	for (const { name } of byAge.slice(maxStates)) rmSync(join(dir, name), { force: true })
}

function split(joined: string): string[] {
	return joined === '' ? [] : joined.split(nameSeparator)
}

/** All names in a directory, in the order of the system; null if it is not a directory. */
function namesIn(dir: string): string | null {
	try {
		return readdirSync(dir).join(nameSeparator)
	} catch {
		return null
	}
}
