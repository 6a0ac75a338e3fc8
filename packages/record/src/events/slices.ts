import { AsyncLocalStorage } from 'node:async_hooks'
import { sliceBegin } from '@tsgotrace/trace/format/schema'
import { consecutive, newTrack, type Track } from '../engine/tracks.js'
import { EndedLanes } from './lanes.js'
import { nest, openOf, unnest, unnestKey, uuidAround } from './nesting.js'
import { OpenKeys } from './openkeys.js'
import {
	inOrder,
	type Lanes,
	Listed,
	made,
	type NamedSlice,
	type OpenSlice,
	type PendingSlice,
	type RecordedSlice,
	SliceNames,
} from './openslice.js'
import type { Role } from './site.js'
import { isObject, isPlain, keyOf } from './slicekeys.js'

/**
 * Maximum number of open slices. When there are more, the oldest ones are forgotten: the trace shows that they did not
 * end.
 */
const maxOpenSlices = 10_000
/** How many are forgotten at once, because they have to be searched for. */
const forgottenAtOnce = 1000

/** The point up to which slices have been written permanently. */
interface CutPoint {
	/** The last slice that began before it. */
	readonly nth: number
	/** Slices that began before it, and have ended since. */
	readonly ended: readonly RecordedSlice[]
}

export interface SliceHooks {
	/** Milliseconds; absent if times of begins are not needed. */
	readonly now?: (() => number) | undefined
	readonly uuid: (n: number) => number
	/** Called when a recorded slice ends, before its end is written. */
	readonly ended?: ((slice: { readonly began: number }) => void) | undefined
	/** Called when a recorded slice ends because an enclosing one ends: its end has to be written first. */
	readonly unwound?: ((slice: RecordedSlice) => void) | undefined
}

export interface SliceActions {
	/** @returns the track; null if the slice is not recorded */
	readonly begin: (arg: unknown) => Track | null | undefined
	/** @returns the track; null if the slice was not recorded, undefined if no slice ends */
	readonly end: (arg: unknown) => Track | null | undefined
	/**
	 * For slices with key `context`, to be called right before `begin`: the track of the slice in whose context it
	 * happens; 0 if there is none.
	 */
	readonly outer?: () => number
}

/** Knows which slices are open, and on which tracks. */
export class Slices {
	/** Whether {@link SliceHooks.ended} is called for slices that end. */
	readonly endsAreWatched: boolean
	readonly #ended: ((slice: { readonly began: number }) => void) | undefined
	readonly #unwound: ((slice: RecordedSlice) => void) | undefined
	readonly #now: (() => number) | undefined
	/** Whether every end matters, not only the end of slices that began before the last {@link cut}. */
	readonly #attentive: boolean
	/** Number of open slices. */
	#open = 0
	#begun = 0
	readonly #uuid: () => number
	readonly #lanes = new Map<string, Lanes>()
	readonly #endedLanes = new Map<string, EndedLanes>()
	readonly #names = new SliceNames()
	readonly #listed = new Listed()
	readonly #stack: OpenSlice[] = []
	#context: AsyncLocalStorage<OpenSlice> | undefined
	#calls: Track | undefined
	#cut = 0
	#endedSinceCut: RecordedSlice[] = []
	#lastEnded: OpenSlice | undefined
	#latest: OpenSlice | undefined

	constructor({ now, uuid, ended, unwound }: SliceHooks) {
		this.endsAreWatched = ended !== undefined
		this.#ended = ended
		this.#unwound = unwound
		this.#now = now
		this.#attentive = now !== undefined || ended !== undefined
		this.#uuid = consecutive(uuid)
	}

	/** The recorded open slices, in the order of their begins. */
	get recorded(): RecordedSlice[] {
		return this.#all().flatMap(slice => this.#names.copied(slice) ?? [])
	}

	/** Like {@link recorded}, before the last begin or end, which is being written. */
	recordedBefore({ type, track }: PendingSlice): RecordedSlice[] {
		const { recorded } = this
		if (type === sliceBegin) {
			const at = recorded.findLastIndex(slice => slice.track === track)
			if (at >= 0) recorded.splice(at, 1)
		} else if (this.#lastEnded?.track === track) {
			recorded.push(this.#names.copied(this.#lastEnded)!)
			recorded.sort(inOrder)
		}
		return recorded
	}

	/** Everything so far has been written permanently. @returns a function that takes that back */
	cut(): () => void {
		const before: CutPoint = { nth: this.#cut, ended: this.#endedSinceCut }
		this.#cut = this.#begun
		this.#endedSinceCut = []
		return () => {
			this.#cut = before.nth
			this.#endedSinceCut = [...before.ended, ...this.#endedSinceCut.filter(({ nth }) => isUpTo(nth, before.nth))]
		}
	}

	/** The slices that are open in what has been written permanently, but have ended since, innermost first. */
	get endedSinceCut(): RecordedSlice[] {
		return this.#endedSinceCut.toSorted((a, b) => inOrder(b, a))
	}

	/**
	 * The slices that are open in what has been written permanently: they began before the last {@link cut}. In the order
	 * of their begins.
	 */
	get openAtCut(): RecordedSlice[] {
		return [...this.recorded.filter(({ nth }) => isUpTo(nth, this.#cut)), ...this.#endedSinceCut].sort(inOrder)
	}

	/** The open slices of which nothing has been written permanently. */
	get begunSinceCut(): RecordedSlice[] {
		return this.recorded.filter(({ nth }) => !isUpTo(nth, this.#cut))
	}

	/** The tracks of slices of one name that are reported after they have ended. */
	endedLanes(category: string, name: string): EndedLanes {
		const id = `${category}:${name}`
		let lanes = this.#endedLanes.get(id)
		if (lanes === undefined) this.#endedLanes.set(id, (lanes = new EndedLanes(name, this.#uuid)))
		return lanes
	}

	/** A slice that has ended is reported. @param began in milliseconds */
	done(began: number): void {
		this.#ended?.({ began })
	}

	/** The slice that began last is named by an argument. */
	name(named: NamedSlice): void {
		if (this.#latest !== undefined) this.#names.set(this.#latest, named)
	}

	/** Whether the times of begins are kept. */
	get timed(): boolean {
		return this.#now !== undefined
	}

	/**
	 * The begins of slices are lost: of all open ones, or of those since the last {@link cut}. An end of such a slice
	 * does not end another one, and is not written as an end.
	 */
	lost(which: 'all' | 'since cut'): void {
		for (const slice of this.#all()) {
			const { lanes, track, nth } = slice
			if (track == null || (which === 'since cut' && isUpTo(nth, this.#cut))) continue
			slice.track = undefined
			if (track === this.#calls) continue
			const free = made(lanes, track)
			free.outer = lanes.free
			lanes.free = free
		}
	}

	/**
	 * How slices of a role begin and end. Both functions get the first argument.
	 *
	 * @param admit whether a slice that begins is recorded; absent if all are
	 */
	actions(category: string, { name, key, named }: Role, admit?: () => boolean): SliceActions {
		const id = `${category}:${name}`
		let lanes = this.#lanes.get(id)
		if (lanes === undefined)
			this.#lanes.set(id, (lanes = { category, name, free: undefined, byKey: new OpenKeys(), byObject: new WeakMap() }))
		const ours = lanes
		const recorded = (): boolean => admit === undefined || admit()
		if (key === 'thread') return { begin: () => this.#push(ours, recorded()), end: () => this.#pop(ours) }
		if (key === 'arg') {
			const end = (arg: unknown): Track | null | undefined => this.#endKey(ours, arg)
			if (named === undefined) return { begin: arg => this.#beginKey(ours, arg, recorded()).track, end }
			// Only slices that get a name need to know which one began last.
			return { begin: arg => (this.#latest = this.#beginKey(ours, arg, recorded())).track, end }
		}
		const context = (this.#context ??= new AsyncLocalStorage())
		// What `outer` has found, for the begin that follows it: looking it up is most of what a begin costs.
		let around: OpenSlice | undefined
		return {
			begin: () => {
				const slice = this.#begin(ours, recorded())
				this.#listed.add(slice)
				if (around !== undefined) {
					nest(slice, around)
					around = undefined
				}
				context.enterWith(slice)
				if (named !== undefined) this.#latest = slice
				return slice.track
			},
			outer: () => {
				around = this.#listed.isEmpty ? undefined : openOf(context.getStore())
				return around === undefined ? 0 : uuidAround(around)
			},
			end: () => {
				let slice = context.getStore()
				while (slice !== undefined && !(slice.open && slice.lanes === ours)) slice = slice.outer
				if (slice === undefined) return undefined
				this.#listed.delete(slice)
				// Contexts still refer to it.
				const { track } = slice
				return this.#end(slice, track == null ? slice : made(ours, track))
			},
		}
	}

	/** All open slices, in the order of their begins. */
	#all(): OpenSlice[] {
		const all = this.#listed.all()
		for (const { byKey } of this.#lanes.values())
			for (const [, innermost] of byKey.entries())
				for (let slice: OpenSlice | undefined = innermost; slice !== undefined; slice = slice.outer)
					if (slice.open) all.push(slice)
		return all.sort(inOrder)
	}

	#begin(lanes: Lanes, recorded: boolean): OpenSlice {
		const slice = recorded ? (taken(lanes) ?? made(lanes, this.#newTrack(lanes.name))) : made(lanes, null)
		this.#opened(slice)
		return slice
	}

	#opened(slice: OpenSlice): void {
		if (this.#now !== undefined) slice.began = this.#now()
		slice.open = true
		slice.nth = this.#begun = (this.#begun + 1) | 0
		if (this.#open === maxOpenSlices) this.#forget()
		this.#open++
	}

	#newTrack(name: string): Track {
		return newTrack(this.#uuid(), name, false)
	}

	/**
	 * @param free the slice to reuse on its track
	 * @returns the track of a slice that ends; null if it was not recorded, undefined if its begin is lost
	 */
	#end(slice: OpenSlice, free: OpenSlice): Track | null | undefined {
		slice.open = false
		this.#open--
		const { track, lanes } = slice
		if (track == null) return track
		free.outer = lanes.free
		lanes.free = free
		if (this.#attentive || isUpTo(slice.nth, this.#cut)) this.#noteEnd(slice)
		return track
	}

	/** Kept apart from {@link Slices.#end}, because V8 inlines short functions only. */
	#noteEnd(slice: OpenSlice): void {
		if (isUpTo(slice.nth, this.#cut)) this.#endedSinceCut.push(this.#names.copied(slice)!)
		if (this.#now !== undefined) this.#lastEnded = slice
		this.#ended?.(slice)
	}

	// What few slices need is in functions apart, because V8 inlines short functions only.

	#beginKey(lanes: Lanes, arg: unknown, recorded: boolean): OpenSlice {
		const slice = this.#begin(lanes, recorded)
		if (!isPlain(arg)) this.#beginOther(lanes, arg, slice)
		else {
			const outer = lanes.byKey.put(arg, slice)
			if (outer !== undefined) this.#nestKey(slice, outer)
		}
		return slice
	}

	#beginOther(lanes: Lanes, arg: unknown, slice: OpenSlice): void {
		const key = keyOf(arg)
		if (isObject(key)) {
			this.#listed.add(slice)
			nest(slice, lanes.byObject.get(key))
			lanes.byObject.set(key, slice)
		} else this.#nestKey(slice, lanes.byKey.put(key, slice))
	}

	#nestKey(slice: OpenSlice, outer: OpenSlice | undefined): void {
		// No end can find slices beyond the maximum depth, because no table has them any more.
		if (!nest(slice, outer)) for (let lost = outer; lost !== undefined; lost = lost.outer) this.#close(lost)
	}

	#endKey(lanes: Lanes, arg: unknown): Track | null | undefined {
		if (!isPlain(arg)) return this.#endOther(lanes, arg)
		const slice = lanes.byKey.take(arg)
		if (slice === undefined) return undefined
		if (slice.outer !== undefined) unnestKey(lanes, arg, slice)
		return this.#end(slice, slice)
	}

	#endOther(lanes: Lanes, arg: unknown): Track | null | undefined {
		const key = keyOf(arg)
		if (isObject(key)) return this.#endObject(lanes, key)
		const slice = lanes.byKey.take(key)
		if (slice === undefined) return undefined
		unnestKey(lanes, key, slice)
		return this.#end(slice, slice)
	}

	#endObject({ byObject }: Lanes, key: object): Track | null | undefined {
		const slice = openOf(byObject.get(key))
		const outer = slice === undefined ? undefined : unnest(slice)
		if (outer === undefined) byObject.delete(key)
		else byObject.set(key, outer)
		if (slice === undefined) return undefined
		this.#listed.delete(slice)
		return this.#end(slice, slice)
	}

	#push(lanes: Lanes, recorded: boolean): Track | null {
		const track = recorded ? (this.#calls ??= this.#newTrack('calls')) : null
		const slice = made(lanes, track)
		this.#opened(slice)
		this.#latest = slice
		this.#listed.add(slice)
		this.#stack.push(slice)
		return track
	}

	#pop(lanes: Lanes): Track | null | undefined {
		let at = this.#stack.length - 1
		while (at >= 0 && this.#stack[at]!.lanes !== lanes) at--
		if (at < 0) return undefined
		// Slices inside it that did not end are over: the code that would have ended them has thrown.
		while (this.#stack.length > at + 1) {
			const inner = this.#stack.pop()!
			const { open } = inner
			const copy = this.#names.copied(inner)
			this.#close(inner)
			if (!open || copy === null) continue
			if (isUpTo(inner.nth, this.#cut)) this.#endedSinceCut.push(copy)
			this.#unwound?.(copy)
		}
		const slice = this.#stack.pop()!
		this.#close(slice)
		if (slice.track == null) return slice.track
		this.#noteEnd(slice)
		return slice.track
	}

	/** For slices that are not reused. */
	#close(slice: OpenSlice): void {
		if (!slice.open) return
		slice.open = false
		this.#open--
		this.#listed.delete(slice)
	}

	/** Forget the oldest ones. They are not reused, because slices inside them still refer to them. */
	#forget(): void {
		for (const slice of this.#all().slice(0, forgottenAtOnce)) {
			// An enclosing slice is even older and was forgotten before. Such chains would grow with every begin of the same
			// key.
			slice.outer = undefined
			this.#close(slice)
		}
		for (const { byKey } of this.#lanes.values())
			for (const [key, { open }] of byKey.entries()) if (!open) byKey.take(key)
		const stack = this.#stack.filter(({ open }) => open)
		this.#stack.splice(0, Infinity, ...stack)
	}
}

function isUpTo(nth: number, last: number): boolean {
	return ((nth - last) | 0) <= 0
}

/** Take a reusable slice. It refers to no other slice, because contexts may keep it alive. */
function taken(lanes: Lanes): OpenSlice | undefined {
	const { free } = lanes
	if (free === undefined) return undefined
	lanes.free = free.outer
	free.outer = undefined
	return free
}
