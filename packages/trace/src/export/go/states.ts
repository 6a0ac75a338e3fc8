// A recording that says which task ran when: tasks are goroutines that run on the proc of their thread, wait for what
// they waited for, and are woken by who woke them.
import { endOf, execEvent, isExec, isPast, kindOf, nameOf, numberArg, taskIn, textArg } from '../../exec.js'
import { frameAt, frameOfSite } from '../../format/pprof.js'
import type { TraceCount, TraceItem, TraceProcess, TraceSample, TraceSignal, TraceTrack } from '../../read/items.js'
import { type Slice, type SliceBatch, sliceName, threadOf } from '../../slices.js'
import { textPid } from '../../text/process.js'
import { lossText, textArgs } from '../../text/text.js'
import type { Placeholder } from './generation.js'
import { type GoTask, type GoWait, type Loop, Machine, type Stop } from './machine.js'
import { goReason } from './reasons.js'
import { Regions, type SlicePart } from './regions.js'
import { Reorder } from './reorder.js'
import { TaskNumbers } from './tasknumbers.js'
import type { GoWriter } from './writer.js'

/** A task of the recording. What is known of it now is ahead of what has been written. */
interface RecordedTask {
	readonly slice: Slice
	readonly number: number
	name: string
	/** Null until it has been written. */
	running: GoTask | null
	named: Placeholder | null
	/** Its latest end of a run. */
	stop: Stop | null
	/** The end of its latest wait. */
	woken: number
	/** When it runs again, or for the first time. */
	resumed: number
	waker: RecordedTask | null
	site: string | null
	end: number
}

/** A thread of the recording. */
interface Home {
	readonly track: TraceTrack
	loop: Loop | null
	/** The end of the latest run; 0 before the first one. */
	latest: number
	/** When what runs now began, if that is known. */
	began: number | null
	/** When the latest run had ended, and another one could begin. */
	switched: number
}

/**
 * Reports come a little late, what they say of durations is exact: so a run that is reported to begin this soon after a
 * wait, began at its end.
 */
const soon = 1e6
/** A wait begins as the run before it ends, if it is not this far from it: then something is missing. */
const close = 20e6
/** What waits for less could go on at once. */
const minWait = 1
/** A loop that runs nothing for so long is shown as idle. */
const idle = 100_000

export class StateLanes {
	readonly #writer: GoWriter
	readonly #machine: Machine
	readonly #regions: Regions
	readonly #numbers = new TaskNumbers()
	readonly #reorder = new Reorder()
	readonly #homes = new Map<TraceTrack, Home>()
	readonly #tasks = new Map<TraceProcess | null, Map<number, RecordedTask>>()
	readonly #ofSlice = new Map<Slice, RecordedTask>()
	readonly #parts = new Map<Slice, SlicePart>()
	/** Numbers of user tasks that go on. */
	readonly #active = new Set<number>()
	readonly #places = new Map<string, string>()

	constructor(writer: GoWriter) {
		this.#writer = writer
		this.#machine = new Machine(writer)
		this.#regions = new Regions(writer, this.#machine, this.#places)
	}

	/** @returns the bytes of generations that are complete */
	*take({ items, slices, unfinished }: SliceBatch): Generator<Uint8Array, void, undefined> {
		for (let i = 0; i < items.length; i++) this.#item(items[i]!, slices[i]!)
		// What is open when the trace ends, stays open.
		if (items.length > 0) for (const slice of unfinished) this.#end(slice, slice.end)
		for (const { time, run } of this.#reorder.due(items.length === 0)) {
			this.#writer.at(time)
			run()
			if (this.#writer.isFull) yield* this.#writer.cut()
		}
	}

	#item(item: TraceItem, slice: Slice | null): void {
		switch (item.type) {
			case 'begin':
				if (slice !== null && !isPast(item)) this.#begin(slice)
				break
			case 'end':
				if (isPast(item)) this.#past(item)
				else if (slice !== null) this.#end(slice, item.time)
				break
			case 'instant':
				if (isPast(item)) this.#past(item)
				else this.#instant(item)
				break
			case 'counter':
				this.#counter(item)
				break
			case 'sample':
				this.#sample(item)
				break
			case 'declaration':
				if (item.as !== 'end') this.#places.set(item.as === 'begin' ? sliceName(item) : item.id, item.source)
				break
			case 'loss': {
				const [home] = this.#homes.values()
				if (home !== undefined) this.#log(home, item.time ?? home.latest, 0, 'loss', lossText(item.events, item.reason))
				break
			}
			case 'recording':
			case 'statistics':
			case 'cost':
			case 'stop':
				break
		}
	}

	#begin(slice: Slice): void {
		const { start, track, args } = slice
		const home = this.#home(track)
		const kind = kindOf(slice)
		if (kind === 'task') return this.#beginTask(slice, home)
		const of = kind === 'slice' ? this.#around(slice) : this.#task(track, taskIn(args))
		const it: SlicePart = { slice, task: of?.number ?? 0, end: null, region: null, own: 0 }
		this.#parts.set(slice, it)
		this.#reorder.add(start, () =>
			this.#regions.begin(it, (kind === 'slice' ? null : of?.running) ?? null, this.#loop(home)),
		)
	}

	#beginTask(slice: Slice, home: Home): void {
		const { start, track, args } = slice
		const id = numberArg(args, 'task') ?? 0
		const task: RecordedTask = {
			slice,
			number: this.#numbers.of(track.process, id),
			name: nameOf(slice),
			running: null,
			named: null,
			stop: null,
			woken: start,
			resumed: start,
			waker: null,
			site: null,
			end: Number.POSITIVE_INFINITY,
		}
		const parent = this.#task(track, numberArg(args, 'parent') ?? 0)
		let all = this.#tasks.get(track.process)
		if (all === undefined) this.#tasks.set(track.process, (all = new Map()))
		all.set(id, task)
		this.#ofSlice.set(slice, task)
		this.#reorder.add(start, () => {
			const loop = this.#loop(home)
			const { name, number } = task
			task.running = this.#machine.create(loop, frameAt(name, this.#places.get(sliceName(slice)) ?? ''))
			// One that goes on already is not begun again: a file may be given twice.
			if (number === 0 || this.#active.has(number)) return
			this.#active.add(number)
			this.#machine.onGoroutine(
				loop,
				on => (task.named = this.#writer.beginTask(on, number, parent?.number ?? 0, name)),
			)
		})
	}

	#end(slice: Slice, time: number): void {
		const home = this.#home(slice.track)
		const task = this.#ofSlice.get(slice)
		if (task !== undefined) return this.#endTask(task, time)
		const it = this.#parts.get(slice)
		if (it === undefined) return
		this.#parts.delete(slice)
		it.end = time
		this.#reorder.add(time, () => this.#regions.end(it, this.#loop(home)))
	}

	#endTask(task: RecordedTask, time: number): void {
		const { slice, number } = task
		this.#ofSlice.delete(slice)
		const how = textArg(slice.endArgs, 'how') ?? ''
		task.end = time
		this.#reorder.add(time, () => {
			// What is reported of it later, is later than its end.
			const all = this.#tasks.get(slice.track.process)
			const id = numberArg(slice.args, 'task') ?? 0
			if (all?.get(id) === task) all.delete(id)
			// It did not end, but the process did; or it never can.
			if (slice.ended && (how === 'exited' || how === 'lost')) return
			this.#machine.end(task.running!, goroutine => {
				this.#regions.endAll(task.running!)
				if (task.named === null) return
				if (slice.ended && how !== 'returned') this.#writer.log(goroutine, number, 'end', textArgs(slice.endArgs))
				this.#writer.endTask(goroutine, number)
				this.#active.delete(number)
			})
		})
	}

	#past(item: TraceSignal): void {
		const { run, wait, gc } = execEvent
		const home = this.#home(item.track)
		if (item.id === run) return this.#run(item, home)
		if (item.id === wait) return this.#wait(item, home)
		const { args, time } = item
		const end = endOf(item)
		if (item.id !== gc)
			return this.#log(home, time, this.#task(item.track, taskIn(args))?.number ?? 0, item.id, textArgs(args))
		const kind = `GC ${textArg(args, 'kind') ?? 'unknown'}`
		const length = Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
		this.#reorder.add(end, () =>
			this.#machine.onGoroutine(this.#loop(home), on => {
				if (kind === 'GC major') this.#writer.collection(on, kind, length)
				else this.#writer.stopTheWorld(on, kind, length)
			}),
		)
	}

	#run(item: TraceSignal, home: Home): void {
		const { args, track } = item
		const ms = Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
		const ago = Math.max(0, numberArg(args, 'ago') ?? 0) * 1e6
		const since = home.latest
		const task = this.#task(track, numberArg(args, 'task') ?? 0)
		// No report comes too early.
		const reported = Math.min(endOf(item) - ms, home.began ?? Number.POSITIVE_INFINITY)
		const began = Math.min(
			reported,
			Math.max(home.switched, sameOr(task?.resumed ?? Number.NEGATIVE_INFINITY, reported)),
		)
		const ended = began + ms
		home.began = null
		home.switched = ended + ago
		home.latest = Math.max(since, ended)
		if (since > 0 && began - since > idle)
			this.#reorder.add(since, () => home.loop !== null && this.#machine.idle(home.loop))
		if (task === undefined) return
		const from = Math.max(began, task.woken)
		const to = Math.min(Math.max(ended, from), task.end)
		if (from < task.end) this.#ran(task, from, to)
	}

	#ran(task: RecordedTask, from: number, to: number): Stop {
		const stop: Stop = { time: to, wait: null, done: false }
		task.stop = stop
		this.#reorder.add(from, () => task.running !== null && this.#machine.start(task.running, stop))
		this.#reorder.add(to, () => to < task.end && task.running !== null && this.#machine.stop(task.running, stop))
		return stop
	}

	#wait({ args, time, track }: TraceSignal, home: Home): void {
		home.began = time
		const task = this.#task(track, numberArg(args, 'task') ?? 0)
		if (task === undefined) return
		const ms = Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
		const began = Math.max(time - ms, task.slice.start)
		let { stop } = task
		if (stop === null || stop.wait !== null || Math.abs(stop.time - began) > close) {
			const at = Math.max(task.woken, Math.min(began, task.end))
			stop = this.#ran(task, at, at)
		}
		const all = Math.min(time, task.end) - began
		const runnable = Math.min(all, Math.max(0, numberArg(args, 'runnable') ?? 0) * 1e6)
		const { waker } = task
		const waited = all - runnable
		// Who woke it still runs then.
		const ready = Math.max(stop.time, stop.time + waited - (waker === null ? 0 : 1))
		const wait: GoWait = {
			reason: goReason(textArg(args, 'reason') ?? 'unknown'),
			site: task.site === null ? [] : [frameOfSite(task.site)],
			isYield: waited < minWait,
		}
		stop.wait = wait
		task.woken = ready
		task.resumed = stop.time + all
		task.site = null
		task.waker = null
		if (wait.isYield) return
		this.#reorder.add(
			ready,
			() => task.running !== null && this.#machine.ready(task.running, wait, waker?.running ?? null),
		)
	}

	#instant(item: TraceSignal): void {
		const { id, args, track, time } = item
		const home = this.#home(track)
		const { wake, site, taskName, log } = execEvent
		const task = isExec(item) ? this.#task(track, taskIn(args)) : undefined
		if (id === wake) {
			if (task !== undefined) task.waker = this.#task(track, numberArg(args, 'by') ?? 0) ?? null
		} else if (id === site) {
			if (task !== undefined) task.site = textArg(args, 'site')
		} else if (id === taskName && task !== undefined) this.#rename(task, textArg(args, 'name') ?? task.name, time)
		else if (id === log)
			this.#log(home, time, task?.number ?? 0, textArg(args, 'key') ?? '', textArg(args, 'text') ?? '')
		else this.#log(home, time, task?.number ?? 0, id, textArgs(args))
	}

	#rename(task: RecordedTask, name: string, time: number): void {
		task.name = name
		this.#reorder.add(time, () => {
			const { running, named } = task
			if (running === null || running.state !== 'running') return
			const root = frameAt(name, '')
			if (running.goroutine.root[0]!.name === root.name) return
			this.#writer.rename(running.goroutine, root)
			if (named !== null) this.#writer.retext(named, name)
		})
	}

	#log(home: Home, time: number, task: number, key: string, value: string): void {
		this.#reorder.add(time, () =>
			this.#machine.onGoroutine(this.#loop(home), on => this.#writer.log(on, task, key, value)),
		)
	}

	#counter({ time, track, id, value }: TraceCount): void {
		const home = this.#home(track)
		const { heapUsed, heapTotal } = execEvent
		if (id !== heapUsed && id !== heapTotal) return this.#log(home, time, 0, id, String(value))
		const bytes = Math.max(0, Number(value))
		this.#reorder.add(time, () => {
			const loop = this.#loop(home)
			this.#machine.onProc(loop, () =>
				this.#writer.heap(loop.thread, id === heapUsed ? bytes : null, id === heapUsed ? null : bytes),
			)
		})
	}

	#sample({ time, track, stack }: TraceSample): void {
		const home = this.#home(track)
		this.#reorder.add(time, () => {
			const { thread, current, goroutine } = this.#loop(home)
			const root = (current?.goroutine ?? goroutine).root
			this.#writer.sample(time, thread, [...stack.map(({ name, file, line }) => ({ name, file, line })), ...root])
		})
	}

	/** The task in which a slice is. */
	#around(slice: Slice): RecordedTask | null {
		for (let it = slice.parent; it !== null; it = it.parent) {
			const task = this.#ofSlice.get(it) ?? (kindOf(it) === 'slice' ? undefined : this.#task(it.track, taskIn(it.args)))
			if (task !== undefined) return task
		}
		return null
	}

	#task({ process }: TraceTrack, id: number): RecordedTask | undefined {
		return id === 0 ? undefined : this.#tasks.get(process)?.get(id)
	}

	#home(track: TraceTrack): Home {
		const thread = threadOf(track)
		let home = this.#homes.get(thread)
		if (home === undefined)
			this.#homes.set(
				thread,
				(home = { track: thread, loop: null, latest: 0, began: null, switched: Number.NEGATIVE_INFINITY }),
			)
		return home
	}

	#loop(home: Home): Loop {
		const { process, name, tid } = home.track
		return (home.loop ??= this.#machine.loop(frameAt(`${textPid(process)}/${name ?? `thread ${tid ?? '?'}`}`, '')))
	}
}

function sameOr(exact: number, time: number): number {
	return Math.abs(time - exact) < soon ? exact : time
}
