/** Ends of what is on lanes, the earliest first: a binary heap of lanes. */
class LaneHeap {
	readonly #before: (a: number, b: number) => boolean
	readonly #items: number[] = []

	constructor(before: (a: number, b: number) => boolean) {
		this.#before = before
	}

	get first(): number | undefined {
		return this.#items[0]
	}

	add(item: number): void {
		const items = this.#items
		let at = items.length
		items.push(item)
		while (at > 0) {
			const up = (at - 1) >> 1
			if (!this.#before(item, items[up]!)) break
			items[at] = items[up]!
			at = up
		}
		items[at] = item
	}

	take(): number | undefined {
		const items = this.#items
		const first = items[0]
		const last = items.pop()
		if (first === undefined || last === undefined || items.length === 0) return first
		let at = 0
		for (;;) {
			let down = 2 * at + 1
			if (down >= items.length) break
			if (down + 1 < items.length && this.#before(items[down + 1]!, items[down]!)) down++
			if (!this.#before(items[down]!, last)) break
			items[at] = items[down]!
			at = down
		}
		items[at] = last
		return first
	}
}

/**
 * Put what overlaps on different lanes, each on the first one that is free.
 *
 * @param start ascending
 * @param take receives the index of each, and its lane
 * @returns how many lanes there are
 */
export function packLanes(
	count: number,
	start: (i: number) => number,
	end: (i: number) => number,
	take: (i: number, lane: number) => void,
): number {
	const ends: number[] = []
	const busy = new LaneHeap((a, b) => ends[a]! < ends[b]!)
	const free = new LaneHeap((a, b) => a < b)
	for (let i = 0; i < count; i++) {
		const from = start(i)
		while (busy.first !== undefined && ends[busy.first]! <= from) free.add(busy.take()!)
		const lane = free.take() ?? ends.length
		// A slice of no duration takes its lane for a moment, or the next one would be drawn on it.
		ends[lane] = Math.max(end(i), from + 1)
		busy.add(lane)
		take(i, lane)
	}
	return ends.length
}
