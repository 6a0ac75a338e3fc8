// What @tsgotrace/exec records of tasks: a task, with its states, regions and calls below it.
import type { TraceArgs, TraceSignal, TraceTrack, TraceValue } from '@tsgotrace/trace/read'
import { type Slice, threadOf } from '@tsgotrace/trace/slices'

import { runPrefix, statePrefix } from '../data/header.js'

/** An interval of a task, or of what a thread runs. */
export interface Part {
	readonly name: string
	readonly start: number
	readonly end: number
	readonly depth: number
	/** Number of the task's slice; or what row of the thread it belongs to. */
	readonly root: number | 'thread' | 'gc'
	/** Whether it is the task itself, which has ended. */
	readonly ends: boolean
}

interface Task {
	readonly number: number
	name: string
	/** Regions and calls that are open in it. */
	readonly inner: Set<number>
}

const tasks = '@tsgotrace/exec/tasks:'
const states = '@tsgotrace/exec/states:'
const ids = {
	begin: `${tasks}traceTaskBegin`,
	name: `${tasks}traceTaskName`,
	region: `${tasks}traceRegionBegin`,
	call: '@tsgotrace/exec/auto:traceCallBegin',
	run: `${states}traceRunDone`,
	wait: `${states}traceWaitDone`,
	gc: '@tsgotrace/exec/thread:traceGcDone',
}

/** Finds out to which task a slice or an event belongs. */
export class Tasks {
	readonly #tasks = new Map<string, Task>()
	/** By the number of a region's or call's slice: its depth and the task's slice. */
	readonly #inner = new Map<number, { readonly depth: number; readonly task: Task }>()

	begin({ id, args, track, number }: Slice): void {
		if (id === ids.begin) this.#tasks.set(keyOf(track, args['task']), { number, name: text(args['name'], 'task'), inner: new Set() })
		else if (id === ids.region || id === ids.call) {
			const task = this.#tasks.get(keyOf(track, args['task']))
			if (task === undefined) return
			this.#inner.set(number, { depth: 2 + task.inner.size, task })
			task.inner.add(number)
		}
	}

	/** Null for a slice that is none of exec's. */
	slice({ id, args, track, number, start, end }: Slice): readonly Part[] | null {
		if (id === ids.begin) {
			const key = keyOf(track, args['task'])
			const task = this.#tasks.get(key)
			this.#tasks.delete(key)
			return [{ name: task?.name ?? text(args['name'], 'task'), start, end, depth: 0, root: number, ends: true }]
		}
		const inner = this.#inner.get(number)
		if (inner === undefined) return this.#done(id, args, track, end)
		this.#inner.delete(number)
		inner.task.inner.delete(number)
		return [{ name: text(args['name'] ?? args['target'], id), start, end, depth: inner.depth, root: inner.task.number, ends: false }]
	}

	/** Null for an event that is shown as such. */
	instant({ id, args, track, time }: TraceSignal): readonly Part[] | null {
		if (id !== ids.name) return this.#done(id, args, track, time)
		const task = this.#tasks.get(keyOf(track, args['task']))
		if (task !== undefined) task.name = text(args['name'], task.name)
		return null
	}

	/** What is reported when it is over. */
	#done(id: string, args: TraceArgs, track: TraceTrack, time: number): readonly Part[] | null {
		if (id !== ids.run && id !== ids.wait && id !== ids.gc) return null
		const took = nanoseconds(args['ms'])
		const end = time - nanoseconds(args['ago'])
		const part = { start: end - took, end, ends: false }
		if (id === ids.gc) return [{ ...part, name: `gc ${text(args['kind'], '')}`, depth: 0, root: 'gc' }]
		const root = this.#tasks.get(keyOf(track, args['task']))?.number
		if (id === ids.run) {
			const run: Part = { ...part, name: runPrefix + text(args['name'], 'task'), depth: 0, root: 'thread' }
			return root === undefined ? [run] : [run, { ...part, name: `${statePrefix}running`, depth: 1, root }]
		}
		if (root === undefined) return []
		const ready = end - Math.min(took, nanoseconds(args['runnable']))
		const wait: Part[] = [
			{ ...part, end: ready, name: statePrefix + text(args['reason'], 'unknown'), depth: 1, root },
			{ ...part, start: ready, name: `${statePrefix}runnable`, depth: 1, root },
		]
		return wait.filter(({ start, end: until }) => until > start)
	}
}

function keyOf(track: TraceTrack, task: TraceValue): string {
	const { process } = threadOf(track)
	return `${process?.pid ?? 0} ${process?.instance ?? 0} ${typeof task === 'number' ? task : ''}`
}

function text(value: TraceValue, otherwise: string): string {
	return typeof value === 'string' && value !== '' ? value : otherwise
}

function nanoseconds(ms: TraceValue): number {
	return typeof ms === 'number' && Number.isFinite(ms) ? ms * 1e6 : 0
}
