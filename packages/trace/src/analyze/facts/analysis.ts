// One pass over a trace. Its memory depends on the number of open items and of names, plus 8 bytes for each duration.
import { execEvent, isPast, kindOf, nameOf, numberArg, type SliceKind, taskIn, textArg } from '../../exec.js'
import { LateReports } from '../../late.js'
import type { TraceItem, TraceProcess, TraceSignal } from '../../read/items.js'
import { type Slice, type SliceBatch, threadOf } from '../../slices.js'
import { Blocked } from './blocked.js'
import { Costs } from './cost.js'
import { Crowds } from './crowds.js'
import { addStates, addTo, Groups, noTotals } from './groups.js'
import { Locks } from './locks.js'
import { NumberMap } from './numbermap.js'
import { maxChildren, type OpenItem } from './open.js'
import { Quality } from './quality.js'
import { Queues } from './queues.js'
import { States } from './states.js'
import { AllThreads } from './threads.js'
import { OpenTimeline } from './timeline.js'
import { Trees } from './tree.js'

/** Maximum number of ids of lost tasks that a group keeps. */
const maxLost = 20
const idNames: Readonly<Record<SliceKind, string>> = { task: 'task', region: 'region', call: 'call', slice: '' }

/** Collects the facts for a report. */
export class Analysis {
	readonly groups: Groups = new Groups()
	readonly quality: Quality = new Quality()
	readonly costs: Costs = new Costs()
	readonly threads: AllThreads = new AllThreads()
	readonly trees: Trees = new Trees()
	readonly queues: Queues = new Queues()
	readonly locks: Locks = new Locks()
	readonly blocked: Blocked = new Blocked()
	readonly crowds: Crowds = new Crowds()
	/** What had not ended at the end of the trace or of the process. */
	readonly remaining: OpenItem[] = []
	readonly states: States
	readonly tasksOverTime: OpenTimeline = new OpenTimeline()
	readonly slicesOverTime: OpenTimeline = new OpenTimeline()
	readonly processes: Set<TraceProcess> = new Set()
	readonly #late = new LateReports()
	/** By the number of the slice. */
	readonly #open = new NumberMap<OpenItem>()
	/** Open tasks, by process and id. */
	readonly #tasks = new Map<TraceProcess | null, NumberMap<OpenItem>>()
	readonly #onTask: ((open: OpenItem) => void) | undefined
	readonly #onEnd: ((open: OpenItem, failed: boolean) => void) | undefined

	/**
	 * @param onTask called for each task that has ended, once everything about it is known
	 * @param keeps the tasks for which each run and wait is kept
	 * @param onEnd called for each task, region, call and slice when it ends
	 */
	constructor(
		onTask?: (open: OpenItem) => void,
		keeps: (open: OpenItem) => boolean = () => false,
		onEnd?: (open: OpenItem, failed: boolean) => void,
	) {
		this.#onTask = onTask
		this.#onEnd = onEnd
		this.states = new States(open => this.#complete(open), keeps, this.blocked, this.crowds)
	}

	/** Add the next batch. The last batch of a trace has no items, only what is still open. */
	take({ items, slices, unfinished, unfinishedBy }: SliceBatch): void {
		let left = 0
		for (let i = 0; i < items.length; i++) {
			// Before the item by which it is known: the numbers do not depend on how the trace comes in pieces.
			while (unfinishedBy[left] === i) this.#unfinished(unfinished[left++]!)
			this.#item(items[i]!, slices[i]!)
		}
		if (items.length === 0 && (unfinished.length > 0 || this.#open.size > 0)) this.#remaining()
	}

	/** The trace is over. */
	end(): void {
		this.states.end()
		this.groups.end()
		const { first, last } = this.quality
		if (first > last) return
		this.tasksOverTime.advance(last)
		this.slicesOverTime.advance(last)
	}

	#item(item: TraceItem, slice: Slice | null): void {
		if (!('track' in item)) {
			this.quality.take(item)
			this.costs.take(item)
			return
		}
		const { quality } = this
		if (item.track.process !== null) this.processes.add(item.track.process)
		const isLate = this.#late.has(item)
		if (item.type !== 'begin' || item.began === null) quality.happened(item.time, item.bytes, !isLate)
		if (item.type !== 'counter' && item.type !== 'sample' && isPast(item)) {
			if (item.type !== 'begin') this.#exec(item)
			return
		}
		const thread = this.threads.of(item.track)
		switch (item.type) {
			case 'begin':
				if (slice !== null) this.#begin(slice)
				thread.last = slice
				break
			case 'end': {
				if (item.continues) break
				if (slice === null) {
					quality.unmatched++
					thread.last = null
					break
				}
				const open = this.#open.get(slice.number)
				if (open !== undefined) {
					if (thread.last === slice) {
						open.group.silent++
						if (thread.open > 1 + ancestors(open))
							this.threads.silence(thread, open.group, open.id, slice.start, slice.end)
					}
					this.#end(open)
				}
				thread.last = null
				break
			}
			case 'instant':
				thread.last = null
				if (item.category.startsWith('@tsgotrace/exec/')) this.#exec(item)
				break
			case 'counter':
				this.threads.counter(item)
				if (item.id === execEvent.loopBusy) this.crowds.busy(item.track, Number(item.value))
				else if (item.id === execEvent.loopDelayCount)
					this.blocked.delayed(item.track, Number(item.value) * 1e6, item.time)
				break
			case 'sample':
				break
		}
	}

	#exec(item: TraceSignal): void {
		const { process } = item.track
		const tasks = this.#tasks.get(process)
		if (item.id === execEvent.stall) return this.blocked.stall(item)
		if (this.states.take(item, id => tasks?.get(id))) return
		if (this.threads.signal(item) || this.costs.follow(item) || item.id !== execEvent.taskName) return
		const open = tasks?.get(taskIn(item.args))
		const name = textArg(item.args, 'name')
		if (open === undefined || name === null || name === open.group.name) return
		this.#rename(open, name)
	}

	#rename(open: OpenItem, name: string): void {
		const { group: from, parent, child, slice } = open
		// Before the new one: there is a limit.
		const isForgotten = this.groups.leave(from, name)
		const group = this.groups.of('task', name)
		this.crowds.named(open, group)
		group.begun++
		group.enter()
		group.kinds.add(textArg(slice.args, 'kind') ?? 'task')
		open.group = group
		if (child !== null) (child as { group: typeof group }).group = group
		if (parent !== null) {
			const { children } = parent.group
			addTo(children, group, 1)
			const left = (children.get(from) ?? 1) - 1
			if (left === 0) children.delete(from)
			else children.set(from, left)
		}
		if (!isForgotten) return
		group.takeOver(from)
		this.states.renamed(from, group)
	}

	#begin(slice: Slice): void {
		const kind = kindOf(slice)
		const { process } = slice.track
		const group = this.groups.of(kind, nameOf(slice))
		const id = kind === 'slice' ? slice.number : (numberArg(slice.args, idNames[kind]) ?? 0)
		const parent = this.#parentOf(slice, kind)
		const child =
			parent === null || (parent.children?.length ?? 0) >= maxChildren
				? null
				: { group, id, begin: slice.start, end: null, failed: false }
		const open: OpenItem = {
			slice,
			kind,
			id,
			group,
			parent,
			child,
			children: null,
			last: null,
			states: null,
			ran: 0,
			end: null,
		}
		if (child !== null) (parent!.children ??= []).push(child)
		this.#open.set(slice.number, open)
		group.begun++
		group.enter()
		this.threads.of(slice.track).open++
		if (kind === 'task') {
			group.kinds.add(textArg(slice.args, 'kind') ?? 'task')
			this.tasksOverTime.begin(slice.start)
			let tasks = this.#tasks.get(process)
			if (tasks === undefined) this.#tasks.set(process, (tasks = new NumberMap()))
			tasks.set(id, open)
		} else if (kind === 'slice') this.slicesOverTime.begin(slice.start)
		if (parent !== null) addTo(parent.group.children, group, 1)
		this.queues.begin(open)
		this.locks.begin(open, parent === null ? null : parent.last)
	}

	#parentOf(slice: Slice, kind: SliceKind): OpenItem | null {
		if (kind !== 'slice') {
			const id = kind === 'task' ? (numberArg(slice.args, 'parent') ?? 0) : taskIn(slice.args)
			const task = id === 0 ? undefined : this.#tasks.get(slice.track.process)?.get(id)
			if (task !== undefined) return task
		}
		return slice.parent === null ? null : (this.#open.get(slice.parent.number) ?? null)
	}

	#end(open: OpenItem): void {
		const { slice, group, kind, child, parent } = open
		const end = slice.end
		open.end = end
		this.#close(open, end)
		const how = textArg(slice.endArgs, 'how') ?? 'returned'
		if (kind === 'task' && (how === 'exited' || how === 'lost')) return this.#stay(open, how)
		group.durations.add(end - slice.start)
		let failed = false
		if (kind === 'task' || kind === 'call') {
			const detail = textArg(slice.endArgs, 'detail')
			failed = how === 'threw' || (/^5\d\d$/.test(detail ?? '') && how === 'returned')
			group.end(how, failed ? (detail ?? how) : null, open.id)
			if (child !== null) child.failed = failed
		}
		this.#onEnd?.(open, failed)
		if (child !== null) child.end = end
		if (parent === null) {
			if (kind === 'slice') this.queues.end(open)
		} else {
			parent.last = child
			if (threadOf(slice.track) === threadOf(parent.slice.track)) parent.ran += open.ran + (open.states?.running ?? 0)
			addTo(parent.group.parts, group, end - slice.start)
		}
		this.trees.take(open)
		if (kind === 'task') this.states.close(open)
	}

	/** It did not end: its process ended first, or it is known that it can never end. */
	#stay(open: OpenItem, how: string): void {
		const { group, id, slice } = open
		group.end(how, null, id)
		const it = { id, start: slice.start }
		if (how === 'exited') {
			group.open.push(it)
			this.remaining.push(open)
		} else if (group.lost.length < maxLost) group.lost.push(it)
		this.states.close(open)
	}

	/** It is no longer open. */
	#close({ slice, group, kind, id, parent }: OpenItem, time: number): void {
		this.#open.delete(slice.number)
		group.now--
		group.lastEnd = time
		group.lastParent = parent ?? slice
		this.threads.of(slice.track).open--
		if (kind === 'task') {
			this.tasksOverTime.end(time)
			this.#tasks.get(slice.track.process)?.delete(id)
		} else if (kind === 'slice') this.slicesOverTime.end(time)
	}

	/** It has no end, although the trace continues. */
	#unfinished(slice: Slice): void {
		const open = this.#open.get(slice.number)
		this.quality.unfinished++
		if (open === undefined) return
		open.group.unfinished++
		this.#close(open, slice.end)
	}

	/** It has not ended at the end of the trace. */
	#remaining(): void {
		for (const open of this.#open.sorted()) {
			const { group, id, slice } = open
			this.quality.stillOpen++
			group.open.push({ id, start: slice.start })
			this.remaining.push(open)
		}
	}

	/** Everything about a task is known. */
	#complete(open: OpenItem): void {
		const { group, states, slice } = open
		if (states !== null) addStates((group.states ??= noTotals()), states, open.end! - slice.start)
		this.#onTask?.(open)
	}
}

/** The number of enclosing items. */
function ancestors({ parent }: OpenItem): number {
	let count = 0
	for (let it = parent; it !== null; it = it.parent) count++
	return count
}
