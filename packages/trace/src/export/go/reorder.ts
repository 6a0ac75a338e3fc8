// What happened is reported late: a run of a task when the next one begins. So what is to be written waits for what may
// still come before it.

/** Maximum number of waiting items. Items reported later than that are written late. */
const maxWaiting = 200_000

interface DelayedCall {
	readonly time: number
	readonly order: number
	readonly run: () => void
}

/** Actions in the order of their times; those of the same time in the order in which they were added. */
export class Reorder {
	readonly #heap: DelayedCall[] = []
	#order = 0

	add(time: number, run: () => void): void {
		const heap = this.#heap
		const entry = { time, order: this.#order++, run }
		let at = heap.length
		heap.push(entry)
		while (at > 0) {
			const up = (at - 1) >> 1
			if (isBefore(heap[up]!, entry)) break
			heap[at] = heap[up]!
			at = up
		}
		heap[at] = entry
	}

	/** Hands out what nothing can come before any more; in the end, all. */
	*due(isEnd: boolean): Generator<DelayedCall, void, undefined> {
		while (this.#heap.length > (isEnd ? 0 : maxWaiting)) yield this.#pop()
	}

	#pop(): DelayedCall {
		const heap = this.#heap
		const first = heap[0]!
		const last = heap.pop()!
		const { length } = heap
		if (length === 0) return first
		let at = 0
		for (let down = 1; down < length; down = 2 * at + 1) {
			if (down + 1 < length && isBefore(heap[down + 1]!, heap[down]!)) down++
			if (isBefore(last, heap[down]!)) break
			heap[at] = heap[down]!
			at = down
		}
		heap[at] = last
		return first
	}
}

function isBefore(a: DelayedCall, b: DelayedCall): boolean {
	return a.time < b.time || (a.time === b.time && a.order < b.order)
}
