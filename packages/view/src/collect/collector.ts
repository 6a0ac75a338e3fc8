import { numberArg, textArg } from '@tsgotrace/trace/exec'
import { jsonArgsText } from '@tsgotrace/trace/json'
import type { TraceArgs, TraceCount, TraceSample, TraceSignal, TraceTrack } from '@tsgotrace/trace/read'
import { type Slice, type SliceBatch, sliceName, threadOf } from '@tsgotrace/trace/slices'
import { type Columns, type CounterPoints } from '../data/columns.js'
import { cpuPrefix, type Row, type RowKind, statePrefix } from '../data/header.js'
import type { Links, Sites } from '../data/links.js'
import type { Samples } from '../data/samples.js'
import { Arrows } from './arrows.js'
import { Details, type Pack, textOf } from './details.js'
import { Intervals } from './intervals.js'
import { packLanes } from './pack.js'
import { frameText, StackTree } from './stacks.js'
import { type TaskPart, Tasks } from './tasks.js'

/** A row whose name is final once the task has ended. */
const ofTask = 0xffffffff

/** The name of tasks whose begin was not recorded. */
const unknownThread: TraceTrack = { id: -1, name: null, process: null, tid: null, kind: 'thread', parent: null }

interface OpenRow {
	readonly kind: RowKind
	readonly label: string
	readonly process: string | null
	/** Rows of a process are adjacent: its threads, its groups, its counters. */
	readonly order: string
	depths: number
	/** Whether it has the states of tasks. */
	states: boolean
	points: { readonly time: number[]; readonly value: number[] } | null
}

type ThreadRow = 'slices' | 'gc' | 'samples' | 'events'

/** The content of a page. */
export interface CollectedPage {
	readonly rows: readonly Row[]
	readonly names: readonly string[]
	readonly columns: Columns
	readonly counters: readonly CounterPoints[]
	readonly links: Links
	readonly sites: Sites
	/** The places that `sites` refers to. */
	readonly siteNames: readonly string[]
	readonly samples: Samples
	/** Of all functions that `samples` refers to. */
	readonly frames: readonly string[]
	readonly details: readonly Uint8Array[]
	readonly omitted: number
}

/** Collects the slices, instants and counters of a trace into rows and columns. */
export class Collector {
	readonly #maxIntervals: number
	readonly #intervals = new Intervals()
	readonly #details: Details
	readonly #arrows = new Arrows()
	readonly #stacks = new StackTree()
	readonly #rows: OpenRow[] = []
	readonly #rowOf = new Map<string, number>()
	readonly #names = new Map<string, number>()
	readonly #tasks = new Tasks()
	/** By the number of a task's slice: its row, known once its name is final. */
	readonly #rowOfTask = new Map<number, number>()
	/** By the number of a slice that an arrow may refer to: its interval. */
	readonly #intervalOf = new Map<number, number>()
	/** Slices that are part of flows. */
	readonly #inFlows = new Set<number>()
	#omitted = 0

	/**
	 * @param maxIntervals maximum number of slices and instants; those that end later are only counted
	 * @param pack compresses a chunk of details
	 */
	constructor(maxIntervals: number, pack: Pack) {
		this.#maxIntervals = maxIntervals
		this.#details = new Details(pack)
	}

	take({ items, slices, unfinished }: SliceBatch): void {
		for (let i = 0; i < items.length; i++) {
			const item = items[i]!
			const slice = slices[i] ?? null
			if ((item.type === 'begin' || item.type === 'end') && slice !== null && item.flows !== undefined)
				this.#flows(item.flows, slice)
			if (item.type === 'begin' && slice !== null) this.#tasks.begin(slice)
			else if (item.type === 'end' && slice !== null) this.#slice(slice)
			else if (item.type === 'instant') this.#instant(item)
			else if (item.type === 'counter') this.#count(item)
			else if (item.type === 'sample') this.#sample(item)
		}
		for (const slice of unfinished) this.#slice(slice)
	}

	#flows(flows: readonly bigint[], { number }: Slice): void {
		this.#inFlows.add(number)
		this.#arrows.flows(flows, { slice: number })
	}

	#slice(slice: Slice): void {
		if (this.#isFull()) return
		const parts = this.#tasks.slice(slice)
		if (parts !== null) {
			for (const part of parts) this.#part(part, slice.track, slice.args, slice.endArgs, slice.ended)
			return
		}
		const interval = this.#ofProgram(slice, slice.end)
		if (this.#inFlows.delete(slice.number)) this.#intervalOf.set(slice.number, interval)
		const { args, endArgs, ended } = slice
		this.#details.add(jsonArgsText(args), endArgs === args || isEmpty(endArgs) ? null : jsonArgsText(endArgs), ended)
	}

	/** A slice of an event of the program. @returns its interval */
	#ofProgram(slice: Slice, end: number): number {
		const { track, depth, start } = slice
		let root = slice
		while (root.parent !== null && root.depth > 0 && root.parent.track === track) root = root.parent
		const kind = track.kind === 'thread' || track.kind === 'process' ? 'thread' : 'group'
		const row = kind === 'thread' ? this.#thread(track, 'slices') : this.#group(threadOf(track), sliceName(root))
		this.#rows[row]!.depths = Math.max(this.#rows[row]!.depths, Math.min(depth, 255) + 1)
		return this.#intervals.add(row, start, end, this.#name(sliceName(slice)), depth, root.number)
	}

	/**
	 * What there is by now, with the slices that are open; then it goes on.
	 *
	 * @param open outer ones before inner ones
	 * @param now where they end for the time being
	 */
	snapshot(open: Iterable<Slice>, now: number): CollectedPage {
		const { length } = this.#intervals
		const details: string[] = []
		for (const slice of open) {
			if (this.#intervals.length >= this.#maxIntervals) break
			const end = Math.max(now, slice.start)
			const parts = this.#tasks.open(slice, end)
			for (const part of parts ?? []) this.#openPart(part, slice.track)
			if (parts === null) this.#ofProgram(slice, end)
			for (let n = parts?.length ?? 1; n > 0; n--) details.push(textOf(jsonArgsText(slice.args), null, false))
		}
		const content = this.#content(details)
		this.#intervals.length = length
		return content
	}

	#openPart({ name, start, end, depth, root, ends }: TaskPart, track: TraceTrack): void {
		if (typeof root !== 'number') return
		if (ends) this.#rowOfTask.set(root, this.#group(threadOf(track), name))
		const interval = this.#intervals.add(ofTask, start, end, this.#name(name), depth, root)
		if (ends) this.#intervalOf.set(root, interval)
	}

	#part(
		{ name, start, end, depth, root, ends, by, site }: TaskPart,
		track: TraceTrack,
		args: TraceArgs,
		endArgs: TraceArgs,
		ended: boolean,
	): void {
		const isOfTask = typeof root === 'number'
		const row = isOfTask ? ofTask : this.#thread(threadOf(track), root === 'gc' ? 'gc' : 'slices')
		if (isOfTask && ends) this.#rowOfTask.set(root, this.#group(threadOf(track), name))
		const interval = this.#intervals.add(row, start, end, this.#name(name), depth, isOfTask ? root : 0)
		if (ends && isOfTask) this.#intervalOf.set(root, interval)
		if (by !== undefined) this.#arrows.add(ends ? 'start' : 'wake', { slice: by }, { interval })
		if (site !== undefined) this.#arrows.site(interval, site.text, site.weight)
		this.#details.add(jsonArgsText(args), endArgs === args || isEmpty(endArgs) ? null : jsonArgsText(endArgs), ended)
	}

	#instant(item: TraceSignal): void {
		if (this.#isFull()) return
		const parts = this.#tasks.instant(item)
		if (parts !== null) {
			for (const part of parts) this.#part(part, item.track, item.args, item.args, true)
			return
		}
		const row = this.#thread(threadOf(item.track), 'events')
		const interval = this.#intervals.add(row, item.time, item.time, this.#name(item.id), 0, 0)
		if (item.flows !== undefined) this.#arrows.flows(item.flows, { interval })
		this.#details.add(jsonArgsText(item.args), null, true)
	}

	#sample({ time, track, stack, args }: TraceSample): void {
		const [innermost] = stack
		if (innermost === undefined || this.#isFull()) return
		const row = this.#thread(threadOf(track), 'samples')
		const name = this.#name(cpuPrefix + (innermost.name === '' ? '(anonymous)' : innermost.name))
		const interval = this.#intervals.add(row, time, time + Math.max(1, (numberArg(args, 'ms') ?? 0) * 1e6), name, 0, 0)
		const task = textArg(args, 'name') ?? ''
		this.#stacks.add(interval, stack, task === '' ? -1 : this.#name(task), this.#tasks.numberOf(track, args['task']))
		this.#details.add(jsonArgsText({ ...args, stack: stack.map(frameText).join('\n') }), null, true)
	}

	#count({ track, id, time, value }: TraceCount): void {
		const row = this.#row(`c ${keyOf(threadOf(track))} ${id}`, () => ({
			kind: 'counter',
			label: id,
			process: processOf(track),
			order: `${orderOf(track)} 2 ${id}`,
			depths: 1,
			states: false,
			points: { time: [], value: [] },
		}))
		const { points } = this.#rows[row]!
		points?.time.push(time)
		points?.value.push(Number(value))
	}

	#isFull(): boolean {
		if (this.#intervals.length < this.#maxIntervals) return false
		this.#omitted++
		return true
	}

	#thread(track: TraceTrack, what: ThreadRow): number {
		return this.#row(`${what} ${keyOf(track)}`, () => ({
			kind: 'thread',
			label: labelOf(track, what),
			process: processOf(track),
			order: `${orderOf(track)} 0 ${String(track.tid ?? 0).padStart(12, '0')} ${['slices', 'gc', 'samples', 'events'].indexOf(what)}`,
			depths: 1,
			states: false,
			points: null,
		}))
	}

	#group(thread: TraceTrack, name: string): number {
		return this.#row(`g ${thread.process?.pid ?? ''} ${thread.process?.instance ?? ''} ${name}`, () => ({
			kind: 'group',
			label: name,
			process: processOf(thread),
			order: `${orderOf(thread)} 1 ${name}`,
			depths: 1,
			states: false,
			points: null,
		}))
	}

	#row(key: string, make: () => OpenRow): number {
		let row = this.#rowOf.get(key)
		if (row === undefined) {
			row = this.#rows.length
			this.#rows.push(make())
			this.#rowOf.set(key, row)
		}
		return row
	}

	#name(name: string): number {
		let index = this.#names.get(name)
		if (index === undefined) this.#names.set(name, (index = this.#names.size))
		return index
	}

	/** All of it, when the trace has ended. */
	done(): CollectedPage {
		return this.#content([])
	}

	/** Sort all by row, lane and start. @param open details of slices that are open, the last intervals */
	#content(open: readonly string[]): CollectedPage {
		const states = new Set([...this.#names].flatMap(([text, i]) => (text.startsWith(statePrefix) ? [i] : [])))
		const isState = (i: number): boolean => states.has(i)
		const { length, start, end, name, depth, root } = this.#intervals
		const row = this.#intervals.row.slice(0, length)
		for (let i = 0; i < length; i++) {
			if (row[i] !== ofTask) continue
			const found = this.#rowOfTask.get(root[i]!) ?? this.#group(unknownThread, 'tasks')
			row[i] = found
			this.#rows[found]!.depths = Math.max(this.#rows[found]!.depths, depth[i]! + 1)
			if (isState(name[i]!)) this.#rows[found]!.states = true
		}
		const order = this.#rows.map((_, i) => i).sort((a, b) => (this.#rows[a]!.order < this.#rows[b]!.order ? -1 : 1))
		const ofRow = this.#rows.map(() => [] as number[])
		for (let i = 0; i < length; i++) ofRow[row[i]!]!.push(i)
		const lanes: number[] = [0]
		const sorted = new Uint32Array(length)
		let at = 0
		const rows: Row[] = []
		const counters: CounterPoints[] = []
		for (const index of order) {
			const { kind, label, process, depths, states: hasStates, points } = this.#rows[index]!
			const all = ofRow[index]!.sort((a, b) => start[a]! - start[b]! || depth[a]! - depth[b]! || end[b]! - end[a]!)
			ofRow[index] = []
			// It had what was open for a time, with another name.
			if (kind !== 'counter' && all.length === 0) continue
			const laneOf = kind === 'group' ? lanesOf(all, { start, end, depth, root }) : null
			const buckets: number[][] = Array.from({ length: kind === 'counter' ? 0 : (laneOf?.count ?? 1) }, () => [])
			for (const [n, i] of all.entries()) buckets[laneOf === null ? 0 : laneOf.lane[n]!]!.push(i)
			for (const bucket of buckets) {
				sorted.set(bucket, at)
				at += bucket.length
				lanes.push(at)
			}
			if (points !== null)
				counters.push({ time: Float64Array.from(points.time), value: Float64Array.from(points.value) })
			rows.push({
				kind,
				label,
				process,
				lanes: buckets.length,
				depths,
				states: hasStates,
				count: points?.time.length ?? all.length,
			})
		}
		const placeOf = new Uint32Array(length)
		for (let i = 0; i < length; i++) placeOf[sorted[i]!] = i
		const intervalOf = (slice: number): number | undefined => this.#intervalOf.get(slice)
		const inColumns = (interval: number): number => placeOf[interval]!
		return {
			...this.#arrows.done(intervalOf, inColumns),
			...this.#stacks.done(intervalOf, inColumns),
			rows,
			names: [...this.#names.keys()],
			columns: {
				lanes: Uint32Array.from(lanes),
				start: Float64Array.from(sorted, i => start[i]!),
				end: Float64Array.from(sorted, i => end[i]!),
				name: Uint32Array.from(sorted, i => name[i]!),
				depth: Uint8Array.from(sorted, i => depth[i]!),
				detail: sorted,
			},
			counters,
			details: this.#details.done(open),
			omitted: this.#omitted,
		}
	}
}

type Sorted = Pick<Intervals, 'start' | 'end' | 'depth' | 'root'>

/** The lane of each: what is within a slice of the same track shares the lane of that. */
function lanesOf(
	all: readonly number[],
	{ start, end, depth, root }: Sorted,
): { readonly lane: Uint32Array; readonly count: number } {
	const roots = all.filter(i => depth[i] === 0)
	const laneOfRoot = new Map<number, number>()
	const packed = packLanes(
		roots.length,
		i => start[roots[i]!]!,
		i => end[roots[i]!]!,
		(i, lane) => laneOfRoot.set(root[roots[i]!]!, lane),
	)
	// Where the outermost slice was left out, what it had within is shown on the first lane.
	const lane = Uint32Array.from(all, i => laneOfRoot.get(root[i]!) ?? 0)
	return { lane, count: Math.max(1, packed) }
}

function isEmpty(args: object): boolean {
	for (const _ in args) return false
	return true
}

function keyOf(track: TraceTrack): string {
	return String(track.id)
}

function nameOf(track: TraceTrack): string {
	return track.name ?? (track.kind === 'process' ? 'process' : `thread ${track.tid ?? track.id}`)
}

function labelOf(track: TraceTrack, what: ThreadRow): string {
	const name = nameOf(track)
	return what === 'slices' ? name : `${what === 'samples' ? 'CPU samples' : what} of ${name}`
}

function processOf(track: TraceTrack): string | null {
	const { process } = track
	return process === null
		? null
		: `${process.name ?? 'process'} ${process.pid}${process.instance === 0 ? '' : ` (${process.instance + 1})`}`
}

function orderOf({ process }: TraceTrack): string {
	return `${String(process?.pid ?? 0).padStart(10, '0')} ${process?.instance ?? 0}`
}
