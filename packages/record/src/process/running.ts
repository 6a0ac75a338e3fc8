// Which recorders run in this thread, of all copies of the package: for who asks from outside what there is, and for
// what a ring holds.
import type { Mode } from './recording.js'

/** A recorder that runs. Plain functions, which any copy may call. */
export interface RunningRecorder {
	readonly mode: Mode
	/** How many descriptors it is attached to. */
	readonly attached: () => number
	/**
	 * Rings: write what is in it to a file.
	 * @returns the path, when the file is complete
	 * @throws if the file cannot be written
	 */
	readonly dump: (to: string) => Promise<string>
}

/** The 1 is the version of the shared shape. Within a version, only fields may be added to it. */
const key = Symbol.for('tsgotrace.recorders/1')
const realm = globalThis as { [key]?: Set<RunningRecorder> }

/** @returns what takes it off the list */
export function enlist(recorder: RunningRecorder): () => void {
	const all = realm[key] ?? define()
	all.add(recorder)
	return () => {
		all.delete(recorder)
		// Nothing is left behind.
		if (all.size === 0 && realm[key] === all) delete realm[key]
	}
}

function define(): Set<RunningRecorder> {
	const value = new Set<RunningRecorder>()
	Object.defineProperty(globalThis, key, { value, configurable: true })
	return value
}

/** The recorders that run in this thread now. */
export function runningRecorders(): readonly RunningRecorder[] {
	return [...(realm[key] ?? [])]
}
