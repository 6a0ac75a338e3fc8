import type { SuspendedCalls } from '../graph/suspended.js'
import type { View } from '../graph/view.js'

/** Versions of Node for which tests compare snapshots with what a program really waits for. */
const knownVersions: readonly number[] = [20, 22, 24, 26]

/** The version of Node of a heap, from its `process` object. */
export function nodeVersion(view: View): string | null {
	const { heap } = view
	const name = view.word('process')
	for (let node = 0; node < heap.nodeCount; node++) {
		if (heap.names[node] !== name || !view.isObject(node)) continue
		const version = view.get(node, 'version')
		const text = version === null ? '' : heap.name(version)
		if (/^v\d+\.\d+\.\d+/.test(text)) return text
	}
	return null
}

/** What is uncertain about snapshots of a version. */
export function versionWarnings(version: string | null, suspended: SuspendedCalls): string[] {
	const warnings: string[] = []
	const known = knownVersions.join(', ')
	if (version === null)
		warnings.push(
			`the snapshot does not say which version of Node it is of; the tree is known to be right for Node ${known}`,
		)
	else if (!knownVersions.includes(Number(/\d+/.exec(version)?.[0])))
		warnings.push(
			`Node ${version} is not a version that this was tested with (${known}): V8 may join promises in another way there, and the tree may be incomplete or wrong`,
		)
	const asynchronous = suspended.calls.length
	if (asynchronous > 0 && suspended.awaited.size === 0)
		warnings.push(
			`none of ${asynchronous} suspended functions was found to await anything: this version of Node joins them in an unknown way`,
		)
	return warnings
}
