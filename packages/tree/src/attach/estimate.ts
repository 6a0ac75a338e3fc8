/** The maximum cost of a snapshot for a process. */
export interface SnapshotCost {
	/** How long the process will be stopped, in milliseconds. */
	readonly pauseMs: number
	/** How many bytes it will need in addition to its heap. */
	readonly memory: number
	/** Its heap without large objects, in bytes: the snapshot takes longer the more objects there are. */
	readonly heap: number
}

/**
 * Measured on Node 20 and 26, with heaps of small objects of 46 and 494 MB, on a slow machine: 2.7 and 3.5 seconds, 53
 * and 63 seconds, and 9.6 times the heap. Other heaps have fewer objects.
 */
const msPerMegabyte = 130
const memoryFactor = 9
/** The part of every snapshot: Node's own objects. */
const minMs = 500

/** From `v8.getHeapStatistics()` and `v8.getHeapSpaceStatistics()`. */
export interface HeapSizes {
	readonly used: number
	/** In the spaces of large objects, of which there are few. */
	readonly large: number
}

export function estimate({ used, large }: HeapSizes): SnapshotCost {
	const heap = Math.max(0, used - large)
	return { heap, pauseMs: minMs + (heap / 1e6) * msPerMegabyte, memory: heap * memoryFactor }
}

/** The longest pause that needs no consent, in milliseconds. */
const longestPause = 5000
/** The fraction of free memory that a snapshot may take without consent. */
const memoryShare = 0.5

/** Why a snapshot needs consent; null if it does not. */
export function objection({ pauseMs, memory }: SnapshotCost, free: number): string | null {
	const reasons: string[] = []
	if (pauseMs > longestPause)
		reasons.push(`the process would do nothing else for up to ${Math.round(pauseMs / 1000)} s`)
	if (memory > free * memoryShare)
		reasons.push(
			`it would need up to ${megabytes(memory)} of the ${megabytes(free)} that are free, and be killed if there is not enough`,
		)
	return reasons.length === 0 ? null : reasons.join(', and ')
}

/** `12 MB` */
export function megabytes(bytes: number): string {
	return `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`
}
