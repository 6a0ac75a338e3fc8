import type { TraceItem } from './items.js'
import type { BufferSize, ThreadReader } from './threadreader.js'

/** A reader that takes part in the merge from some time on. */
export interface Entrant {
	readonly reader: ThreadReader
	/** Nanoseconds since time 0; nothing in it is earlier. -Infinity if unknown. */
	readonly start: number
	/** The error of the reader, to be reported after its last item. */
	failed(error: unknown): void
}

/**
 * Items per batch. With thousands, what is made of a batch would outlive V8's young generation, and the heap would grow
 * by tens of megabytes.
 */
const maxItems = 512
const large: BufferSize = { items: maxItems, bytes: 512 * 1024 }
/** A thousand open readers of this size take some 100 MB. */
const small: BufferSize = { items: 128, bytes: 64 * 1024 }
/** If no more readers than this are open, their buffers are large. */
const fewest = 8

/** An open reader, with its next items. */
class OpenReader {
	readonly entrant: Entrant
	/** Breaks ties: the order among readers with the same time. */
	readonly order: number
	items: readonly TraceItem[] = []
	at = 0
	/** The time of the next item; for an item without a time, that of the item before. */
	time: number
	readonly #batches: AsyncGenerator<readonly TraceItem[], void, undefined>

	constructor(entrant: Entrant, order: number, size: BufferSize) {
		this.entrant = entrant
		this.order = order
		this.time = entrant.start
		this.#batches = entrant.reader.batches(size)
	}

	/** @returns false if there are no more */
	async more(): Promise<boolean> {
		try {
			const next = await this.#batches.next()
			if (next.done === true) return false
			this.items = next.value
			this.at = 0
			this.time = timeOf(this.items[0]!) ?? this.time
			return true
		} catch (error) {
			this.entrant.failed(error)
			return false
		}
	}

	async close(): Promise<void> {
		await this.#batches.return()
	}
}

/**
 * The time at which an item is merged. Null: directly after the item before; records of a recorder about itself keep
 * their position in the recording.
 */
function timeOf(item: TraceItem): number | null {
	return 'track' in item || item.type === 'loss' || item.type === 'stop' ? item.time : null
}

/**
 * The items of all readers, sorted by time. One batch of each reader is in memory, and only between its begin and its
 * end.
 *
 * @param entrants sorted by start
 */
export async function* merged(entrants: readonly Entrant[]): AsyncGenerator<readonly TraceItem[], void, undefined> {
	/** A heap: the earliest reader is first. */
	const heap: OpenReader[] = []
	let next = 0
	try {
		for (;;) {
			while (next < entrants.length && (heap.length === 0 || entrants[next]!.start <= heap[0]!.time)) {
				const open = new OpenReader(entrants[next]!, next, heap.length < fewest ? large : small)
				next++
				heap.push(open)
				if (await open.more()) up(heap, heap.length - 1)
				else heap.pop()
			}
			if (heap.length === 0) return
			const pending = next < entrants.length ? entrants[next]!.start : Number.POSITIVE_INFINITY
			const items = together(heap, pending)
			if (items.length > 0) yield items
			const first = heap[0]!
			if (first.at < first.items.length || (await first.more())) down(heap)
			else {
				const last = heap.pop()!
				if (heap.length > 0) heap[0] = last
				down(heap)
			}
		}
	} finally {
		for (const open of heap) await open.close()
	}
}

/** The next items, until a reader has no more in memory, or the next reader begins. */
function together(heap: OpenReader[], pending: number): readonly TraceItem[] {
	const whole = heap[0]!
	const start = whole.at
	if (run(heap, pending) === whole.items.length && start === 0) return whole.items
	const items = whole.items.slice(start, whole.at)
	for (;;) {
		const first = heap[0]!
		if (first.at === first.items.length || items.length >= maxItems) return items
		down(heap)
		const now = heap[0]!
		if (now.time >= pending) return items
		const from = now.at
		const to = run(heap, pending)
		for (let i = from; i < to; i++) items.push(now.items[i]!)
	}
}

/** Take the items of the first reader that precede those of all others. @returns how far */
function run(heap: readonly OpenReader[], pending: number): number {
	const first = heap[0]!
	const { items } = first
	const second = heap.length < 2 ? null : heap.length > 2 && isBefore(heap[2]!, heap[1]!) ? heap[2]! : heap[1]!
	const [limit, goesFirst] =
		second === null ? [Number.POSITIVE_INFINITY, true] : [second.time, first.order < second.order]
	let { at } = first
	// The first reader is the earliest of all.
	do {
		at++
		if (at === items.length) break
		const time = timeOf(items[at]!)
		if (time !== null) first.time = time
	} while (first.time < pending && (first.time < limit || (first.time === limit && goesFirst)))
	first.at = at
	return at
}

function isBefore(a: OpenReader, b: OpenReader): boolean {
	return a.time < b.time || (a.time === b.time && a.order < b.order)
}

function up(heap: OpenReader[], at: number): void {
	for (let i = at; i > 0; ) {
		const parent = (i - 1) >> 1
		if (!isBefore(heap[i]!, heap[parent]!)) return
		swap(heap, i, parent)
		i = parent
	}
}

/** Restore the heap after a change of its first reader. */
function down(heap: OpenReader[]): void {
	for (let i = 0; ; ) {
		let min = i
		for (const child of [2 * i + 1, 2 * i + 2])
			if (child < heap.length && isBefore(heap[child]!, heap[min]!)) min = child
		if (min === i) return
		swap(heap, i, min)
		i = min
	}
}

function swap(heap: OpenReader[], i: number, j: number): void {
	const kept = heap[i]!
	heap[i] = heap[j]!
	heap[j] = kept
}
