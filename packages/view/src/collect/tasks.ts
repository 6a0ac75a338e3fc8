// What @tsgotrace/exec records of tasks: a task, with its states, regions and calls below it.
import { endOf, execEvent, kindOf, nameOf, numberArg, textArg } from '@tsgotrace/trace/exec'
import type { TraceArgs, TraceSignal, TraceTrack, TraceValue } from '@tsgotrace/trace/read'
import { type Slice, threadOf } from '@tsgotrace/trace/slices'

import { runPrefix, statePrefix } from '../data/header.js'

/** An interval of a task, or of what a thread runs. */
export interface TaskPart {
	readonly name: string
	readonly start: number
	readonly end: number
	readonly depth: number
	/** Number of the task's slice; or what row of the thread it belongs to. */
	readonly root: number | 'thread' | 'gc'
	/** Whether it is the task itself, after its end. */
	readonly ends: boolean
	/** Number of the slice of the task that ended this wait, or that started this task. */
	readonly by?: number | undefined
	/** Where this wait began. */
	readonly site?: { readonly text: string; readonly weight: number } | undefined
}

/** A task may end the wait of another just before it ends itself, and that is reported later. */
const maxEnded = 10_000

interface CollectedTask {
	readonly number: number
	name: string
	/** Regions and calls that are open in it. */
	readonly inner: Set<number>
	/** Belongs to the wait that is reported next: the task that ended it, and where it began. */
	waker: number | undefined
	site: TaskPart['site']
	startedBy: number | undefined
}

/** Finds the task that a slice or an event belongs to. */
export class Tasks {
	readonly #tasks = new Map<string, CollectedTask>()
	/**
	 * Numbers of the slices of tasks that ended last, and of those that ended before these: deleting the oldest of a Map
	 * again and again is slow.
	 */
	#ended = new Map<string, number>()
	#endedBefore = new Map<string, number>()
	/** By the number of a region's or call's slice: its depth and the task's slice. */
	readonly #inner = new Map<number, { readonly depth: number; readonly task: CollectedTask }>()

	begin(slice: Slice): void {
		const { args, track, number } = slice
		const kind = kindOf(slice)
		if (kind === 'task')
			this.#tasks.set(keyOf(track, args['task']), {
				number,
				name: nameOf(slice),
				inner: new Set(),
				waker: undefined,
				site: undefined,
				startedBy: this.numberOf(track, args['parent']),
			})
		else if (kind !== 'slice') {
			const task = this.#tasks.get(keyOf(track, args['task']))
			if (task === undefined) return
			this.#inner.set(number, { depth: 2 + task.inner.size, task })
			task.inner.add(number)
		}
	}

	/** What there is of a slice that is open. Null for one that is not from exec. */
	open(slice: Slice, now: number): readonly TaskPart[] | null {
		const { args, track, number, start } = slice
		const kind = kindOf(slice)
		if (kind === 'task') {
			const name = this.#tasks.get(keyOf(track, args['task']))?.name ?? nameOf(slice)
			return [{ name, start, end: now, depth: 0, root: number, ends: true }]
		}
		const inner = this.#inner.get(number)
		if (inner !== undefined) return [partOf(nameOf(slice), start, now, inner.depth, inner.task.number)]
		return kind === 'call'
			? [{ name: nameOf(slice), start, end: now, depth: 0, root: number, ends: true }]
			: kind === 'slice'
				? this.#isDone(slice)
				: null
	}

	/** Null for a slice that is not from exec. */
	slice(slice: Slice): readonly TaskPart[] | null {
		const { id, args, track, number, start, end } = slice
		const kind = kindOf(slice)
		if (kind === 'slice') return this.#done(id, args, track, end)
		if (kind === 'task') {
			const key = keyOf(track, args['task'])
			const task = this.#tasks.get(key)
			this.#tasks.delete(key)
			this.#ended.set(key, number)
			if (this.#ended.size > maxEnded) {
				this.#endedBefore = this.#ended
				this.#ended = new Map()
			}
			return [
				{ name: task?.name ?? nameOf(slice), start, end, depth: 0, root: number, ends: true, by: task?.startedBy },
			]
		}
		const inner = this.#inner.get(number)
		// A call outside of tasks has a separate row.
		if (inner === undefined)
			return kind === 'call' ? [{ name: nameOf(slice), start, end, depth: 0, root: number, ends: true }] : null
		this.#inner.delete(number)
		inner.task.inner.delete(number)
		return [{ name: nameOf(slice), start, end, depth: inner.depth, root: inner.task.number, ends: false }]
	}

	/** Null for an event that is shown as such. */
	instant(item: TraceSignal): readonly TaskPart[] | null {
		const { id, args, track } = item
		const { taskName, taskLink } = execEvent
		if (id !== taskName && id !== taskLink) return this.#done(id, args, track, endOf(item))
		const task = this.#tasks.get(keyOf(track, args['task']))
		// A task that is not part of another one says from where it was started.
		if (task !== undefined && id === taskLink) task.startedBy ??= this.numberOf(track, args['to'])
		if (id === taskLink) return null
		if (task !== undefined) task.name = textArg(args, 'name') ?? task.name
		return null
	}

	/** Slices that are reported after they ended. */
	#done(id: string, args: TraceArgs, track: TraceTrack, end: number): readonly TaskPart[] | null {
		const { run: isRun, wait: isWait, gc, wake, site } = execEvent
		const task = this.#tasks.get(keyOf(track, args['task']))
		if (id === wake || id === site) {
			if (task !== undefined && id === wake) task.waker = this.numberOf(track, args['by'])
			if (task !== undefined && id === site)
				task.site = { text: textArg(args, 'site') ?? '', weight: numberArg(args, 'weight') ?? 1 }
			return []
		}
		if (id !== isRun && id !== isWait && id !== gc) return null
		const took = nanoseconds(args, 'ms')
		const start = end - took
		if (id === gc) return [partOf(`gc ${textArg(args, 'kind') ?? ''}`, start, end, 0, 'gc')]
		const root = task?.number
		if (id === isRun) {
			const run = partOf(runPrefix + (textArg(args, 'name') ?? 'task'), start, end, 0, 'thread')
			return root === undefined ? [run] : [run, partOf(`${statePrefix}running`, start, end, 1, root)]
		}
		if (task === undefined || root === undefined) return []
		const { waker, site: where } = task
		task.waker = undefined
		task.site = undefined
		const ready = end - Math.min(took, nanoseconds(args, 'runnable'))
		const parts: TaskPart[] = []
		if (ready > start)
			parts.push(partOf(statePrefix + (textArg(args, 'reason') ?? 'unknown'), start, ready, 1, root, waker, where))
		// Of a wait that was over at once, it is the time until the task ran that was ended and has a place.
		if (end > ready)
			parts.push(
				parts.length > 0
					? partOf(`${statePrefix}runnable`, ready, end, 1, root)
					: partOf(`${statePrefix}runnable`, ready, end, 1, root, waker, where),
			)
		return parts
	}

	/** Slices that are written when they have ended are not shown before. */
	#isDone({ id }: Slice): readonly TaskPart[] | null {
		const { run, wait, gc } = execEvent
		return id === run || id === wait || id === gc ? [] : null
	}

	/** The number of the slice of a task of a track's process, unless it ended long ago. */
	numberOf(track: TraceTrack, task: TraceValue): number | undefined {
		const key = keyOf(track, task)
		return this.#tasks.get(key)?.number ?? this.#ended.get(key) ?? this.#endedBefore.get(key)
	}
}

function keyOf(track: TraceTrack, task: TraceValue): string {
	const { process } = threadOf(track)
	return `${process?.pid ?? 0} ${process?.instance ?? 0} ${typeof task === 'number' ? task : ''}`
}

/** Built at once: there are millions of them. */
function partOf(
	name: string,
	start: number,
	end: number,
	depth: number,
	root: TaskPart['root'],
	by?: TaskPart['by'],
	site?: TaskPart['site'],
): TaskPart {
	return { name, start, end, depth, root, ends: false, by, site }
}

function nanoseconds(args: TraceArgs, name: string): number {
	return (numberArg(args, name) ?? 0) * 1e6
}
