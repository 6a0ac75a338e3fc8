// A recording that does not say what ran when: each task, and each slice that may overlap others, is a goroutine on a
// row of its own, from its begin to its end.
import { execEvent, isExec, isPast, kindOf, nameOf, numberArg, taskIn, textArg } from '../../exec.js'
import { frameAt } from '../../format/pprof.js'
import type { TraceCount, TraceDeclaration, TraceItem, TraceLoss, TraceSignal, TraceTrack } from '../../read/items.js'
import { type Slice, type SliceBatch, sliceName, threadOf } from '../../slices.js'
import { textPid } from '../../text/process.js'
import { lossText, textArgs } from '../../text/text.js'
import type { Placeholder } from './generation.js'
import type { Goroutine, GoThread } from './model.js'
import { Rows } from './rows.js'
import { TaskNumbers } from './tasknumbers.js'
import type { GoWriter } from './writer.js'

/** A region that is open on a goroutine. */
interface GoroutineRegion {
	readonly task: number
	readonly name: string
	readonly slice: Slice
}

/** How an open slice is shown. */
interface ShownSlice {
	readonly goroutine: Goroutine
	/** Its own goroutine; null for a region on the goroutine of another slice. */
	readonly row: GoThread | null
	/** The user task that it is, or belongs to; 0 for none. */
	readonly task: number
	/** The position of the name of its own user task. */
	readonly named: Placeholder | null
}

export class GoLanes {
	readonly #writer: GoWriter
	readonly #rows: Rows
	readonly #numbers = new TaskNumbers()
	readonly #loops = new Map<TraceTrack, Goroutine>()
	readonly #open = new Map<Slice, ShownSlice>()
	/** The slices of tasks that are open, by their numbers. */
	readonly #tasks = new Map<number, Slice>()
	readonly #regions = new Map<Goroutine, GoroutineRegion[]>()
	readonly #sources = new Map<string, string>()

	constructor(writer: GoWriter) {
		this.#writer = writer
		this.#rows = new Rows(writer)
	}

	/** @returns the bytes of generations that are complete */
	*take({ items, slices, unfinished }: SliceBatch): Generator<Uint8Array, void, undefined> {
		for (let i = 0; i < items.length; i++) {
			this.#item(items[i]!, slices[i]!)
			if (this.#writer.isFull) yield* this.#writer.cut()
		}
		// What is open at the end of the trace stays open.
		if (items.length > 0) for (const slice of unfinished) this.#end(slice)
	}

	#item(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'begin':
				if (slice !== null && !isPast(item)) this.#begin(item, slice)
				break
			case 'end':
				if (isPast(item)) {
					this.#instant(item, null)
					break
				}
				if (slice === null) break
				this.#writer.at(item.time)
				this.#end(slice)
				break
			case 'instant':
				this.#instant(item, slice)
				break
			case 'counter':
				this.#counter(item)
				break
			case 'declaration':
				this.#declare(item)
				break
			case 'loss':
				this.#loss(item)
				break
			case 'recording':
			case 'sample':
			case 'statistics':
			case 'cost':
			case 'stop':
				break
		}
	}

	#begin(item: TraceSignal, slice: Slice): void {
		this.#writer.at(item.time)
		const { track } = slice
		if (track.kind === 'thread' || slice.depth > 0) return this.#nest(slice)
		const kind = kindOf(slice)
		const name = nameOf(slice)
		const creator = this.#creator(slice)
		const goroutine = this.#writer.create(creator, frameAt(name, this.#sources.get(sliceName(slice)) ?? ''))
		const row = this.#rows.take()
		this.#writer.start(row, goroutine)
		const task = kind === 'task' ? this.#numbers.of(track.process, numberArg(slice.args, 'task') ?? 0) : 0
		// A task that is already open is not begun again: a file may be given twice.
		if (task !== 0 && !this.#tasks.has(task)) {
			const parent = numberArg(slice.args, 'parent') ?? 0
			const named = this.#writer.beginTask(
				goroutine,
				task,
				parent === 0 ? 0 : this.#numbers.of(track.process, parent),
				name,
			)
			this.#open.set(slice, { goroutine, row, task, named })
			this.#tasks.set(task, slice)
		} else {
			const of = this.#taskOf(slice)
			this.#open.set(slice, { goroutine, row, task: of, named: null })
			this.#beginRegion(goroutine, { task: of, name, slice })
		}
		const args = textArgs(slice.args)
		if (args !== '') this.#writer.log(goroutine, this.#open.get(slice)!.task, 'arguments', args)
	}

	/** A slice that is within all others of its track: a region of the goroutine there. */
	#nest(slice: Slice): void {
		const { parent, track } = slice
		const around = parent !== null && parent.track === track ? this.#open.get(parent) : undefined
		const goroutine = around?.goroutine ?? this.#loop(track)
		const task = this.#taskOf(slice)
		this.#open.set(slice, { goroutine, row: null, task, named: null })
		this.#beginRegion(goroutine, { task, name: nameOf(slice), slice })
	}

	#end(slice: Slice): void {
		const shown = this.#open.get(slice)
		if (shown === undefined) return
		const { goroutine, row, task, named } = shown
		if (named === null) return this.#endOthers(slice, shown)
		this.#endRegions(goroutine, null)
		const how = textArgs(slice.endArgs)
		if (slice.ended && how !== '') this.#writer.log(goroutine, task, 'end', how)
		this.#writer.endTask(goroutine, task)
		this.#tasks.delete(task)
		this.#leave(slice, goroutine, row!)
	}

	#endOthers(slice: Slice, { goroutine, row }: ShownSlice): void {
		// Slices within it that have no end, end with it.
		this.#endRegions(goroutine, slice)
		if (row === null) this.#open.delete(slice)
		else this.#leave(slice, goroutine, row)
	}

	#leave(slice: Slice, goroutine: Goroutine, row: GoThread): void {
		this.#writer.destroy(goroutine)
		this.#regions.delete(goroutine)
		this.#rows.release(row)
		this.#open.delete(slice)
	}

	#beginRegion(goroutine: Goroutine, region: GoroutineRegion): void {
		const { task, name, slice } = region
		const stack = this.#regions.get(goroutine)
		if (stack === undefined) this.#regions.set(goroutine, [region])
		else stack.push(region)
		this.#writer.beginRegion(goroutine, task, name, frameAt(name, this.#sources.get(sliceName(slice)) ?? ''))
	}

	/**
	 * Ends the region of a slice and all regions within it; without a slice, all regions of the goroutine. Readers
	 * require this order.
	 */
	#endRegions(goroutine: Goroutine, until: Slice | null): void {
		const stack = this.#regions.get(goroutine) ?? []
		for (let region = stack.pop(); region !== undefined; region = stack.pop()) {
			this.#writer.endRegion(goroutine, region.task, region.name)
			if (region.slice === until) return
			this.#open.delete(region.slice)
		}
	}

	#instant(item: TraceSignal, slice: Slice | null): void {
		this.#writer.at(item.time)
		const { track, args } = item
		if (isExec(item)) {
			const task = this.#numbers.of(track.process, taskIn(args))
			const of = this.#tasks.get(task)
			const shown = of === undefined ? undefined : this.#open.get(of)
			if (shown !== undefined) return this.#toTask(item, shown)
			if (item.id === execEvent.gc) return this.#collection(item)
		}
		const shown = slice === null ? undefined : this.#open.get(slice)
		this.#writer.log(shown?.goroutine ?? this.#loop(track), shown?.task ?? 0, item.id, textArgs(args))
	}

	#toTask({ id, args }: TraceSignal, { goroutine, task, named }: ShownSlice): void {
		const { taskName, log } = execEvent
		if (id === taskName) {
			const name = textArg(args, 'name') ?? ''
			this.#writer.rename(goroutine, frameAt(name, ''))
			if (named === null || !this.#writer.retext(named, name)) this.#writer.log(goroutine, task, 'name', name)
		} else if (id === log) this.#writer.log(goroutine, task, textArg(args, 'key') ?? '', textArg(args, 'text') ?? '')
		else {
			const { task: _, ...others } = args
			this.#writer.log(goroutine, task, id, textArgs(others))
		}
	}

	#collection({ args, track }: TraceSignal): void {
		const kind = textArg(args, 'kind') ?? 'unknown'
		const length = Math.max(0, (numberArg(args, 'ms') ?? 0) * 1e6)
		const on = this.#loop(track)
		if (kind !== 'major') this.#writer.stopTheWorld(on, `GC ${kind}`, length)
		else this.#writer.collection(on, `GC ${kind}`, length)
	}

	#counter({ time, track, id, value }: TraceCount): void {
		this.#writer.at(time)
		const on = this.#loop(track)
		if (id === execEvent.heapUsed) this.#writer.heap(on.thread!, Math.max(0, Number(value)), null)
		else this.#writer.log(on, 0, id, String(value))
	}

	#declare({ as, category, name, id, source }: TraceDeclaration): void {
		if (as !== 'end') this.#sources.set(as === 'begin' ? sliceName({ category, name }) : id, source)
	}

	#loss({ time, events, reason }: TraceLoss): void {
		const [loop] = this.#loops.values()
		if (loop === undefined) return
		if (time !== null) this.#writer.at(time)
		this.#writer.log(loop, 0, 'loss', lossText(events, reason))
	}

	/** Where the goroutine of a slice is created: on the row of its parent, or of its thread. */
	#creator(slice: Slice): GoThread {
		const task = kindOf(slice) === 'task' ? (numberArg(slice.args, 'parent') ?? 0) : taskIn(slice.args)
		const parent = task === 0 ? undefined : this.#tasks.get(this.#numbers.of(slice.track.process, task))
		const shown = this.#open.get(parent ?? slice.parent ?? slice)
		return (shown?.goroutine ?? this.#loop(slice.track)).thread!
	}

	#taskOf(slice: Slice): number {
		const task = kindOf(slice) === 'slice' ? 0 : taskIn(slice.args)
		if (task !== 0) return this.#numbers.of(slice.track.process, task)
		for (let s = slice.parent; s !== null; s = s.parent) {
			const shown = this.#open.get(s)
			if (shown !== undefined) return shown.task
		}
		return 0
	}

	/** The goroutine for a thread outside of its slices. */
	#loop(track: TraceTrack): Goroutine {
		const thread = threadOf(track)
		const known = this.#loops.get(thread)
		if (known !== undefined) return known
		const row = this.#rows.take()
		const name = thread.name ?? `thread ${thread.tid ?? '?'}`
		const goroutine = this.#writer.create(row, frameAt(`${textPid(thread.process)}/${name}`, ''))
		this.#writer.start(row, goroutine)
		this.#loops.set(thread, goroutine)
		return goroutine
	}
}
