import type { EventType } from '@tsgotrace/trace/format/schema'
import type { Track } from '../engine/tracks.js'
import type { OpenKeys } from './openkeys.js'

/** The begin or end of a slice that is being written. */
export interface PendingSlice {
	readonly type: EventType
	readonly track: Track
}

/** What is written about a recorded slice. */
export interface RecordedSlice {
	readonly lanes: Lanes
	readonly track: Track
	readonly began: number
	/** Increases with each begin. */
	readonly nth: number
	/** Set if its name comes from an argument. */
	readonly named: NamedSlice | undefined
}

/** A name that a slice got from an argument, and the events that begin and end it, without their package. */
export interface NamedSlice {
	readonly name: string
	readonly event: string
	readonly end: string
}

/**
 * A slice. When it has ended, the next one on its track is this object again, unless something may still refer to it.
 * The fields that every slice needs come first, so that they are in few cache lines.
 */
export interface OpenSlice {
	/**
	 * Null if its begin was not recorded: then its end is not recorded either. Undefined if its begin was recorded, but
	 * has been lost.
	 */
	track: Track | null | undefined
	open: boolean
	/** Increases with each begin. */
	nth: number
	/**
	 * The slice that was already open under the same key, or in the same context. If this one is reusable: the next
	 * reusable one.
	 */
	outer: OpenSlice | undefined
	/** How many slices enclose it. */
	depth: number
	/** By the clock of the recorder, in milliseconds; 0 if times are not needed. */
	began: number
	readonly lanes: Lanes
	/** Its neighbours, if it is in {@link Listed}. */
	before: OpenSlice | undefined
	after: OpenSlice | undefined
}

/**
 * The open slices that are not in a table of keys. Not a Set: V8 rebuilds that, in slow code, each time that it has
 * become empty or that some were added and deleted.
 */
export class Listed {
	#last: OpenSlice | undefined

	add(slice: OpenSlice): void {
		const last = this.#last
		if (last !== undefined) last.after = slice
		slice.before = last
		this.#last = slice
	}

	/** Afterwards it refers to no other slice. */
	delete(slice: OpenSlice): void {
		const { before, after } = slice
		if (before !== undefined) before.after = after
		if (after !== undefined) after.before = before
		else if (this.#last === slice) this.#last = before
		slice.before = undefined
		slice.after = undefined
	}

	get isEmpty(): boolean {
		return this.#last === undefined
	}

	all(): OpenSlice[] {
		const all: OpenSlice[] = []
		for (let slice = this.#last; slice !== undefined; slice = slice.before) all.push(slice)
		return all
	}
}

/** The tracks of the slices of one name: as many as were ever open at the same time. */
export interface Lanes {
	readonly category: string
	readonly name: string
	/**
	 * The head of the list of reusable slices. A new object for each slice would be a young object that old ones refer
	 * to, which makes garbage collection expensive.
	 */
	free: OpenSlice | undefined
	readonly byKey: OpenKeys<OpenSlice>
	/** A key that is an object must not be kept alive. */
	readonly byObject: WeakMap<object, OpenSlice>
}

/** The names that slices got from arguments. Few do, so they are not in the slices themselves. */
export class SliceNames {
	readonly #names = new WeakMap<OpenSlice, { readonly nth: number; readonly named: NamedSlice }>()

	set(slice: OpenSlice, named: NamedSlice): void {
		this.#names.set(slice, { nth: slice.nth, named })
	}

	/** A snapshot, because an ended slice is reused for another one. Null if it is not recorded. */
	copied(slice: OpenSlice): RecordedSlice | null {
		const { lanes, track, began, nth } = slice
		if (track == null) return null
		const known = this.#names.get(slice)
		// Another number: of a slice that was this object before.
		return { lanes, track, began, nth, named: known?.nth === nth ? known.named : undefined }
	}
}

/** The numbers of slices wrap around to the lowest integer eventually. */
export function inOrder(a: { readonly nth: number }, b: { readonly nth: number }): number {
	return (a.nth - b.nth) | 0
}

/** A slice that is not open yet. */
export function made(lanes: Lanes, track: Track | null): OpenSlice {
	return {
		track,
		open: false,
		nth: 0,
		outer: undefined,
		depth: 0,
		began: 0,
		lanes,
		before: undefined,
		after: undefined,
	}
}
