// Items of traces, as a reader hands them out, made by hand: for tests of what takes them.
import type {
	TraceArgs,
	TraceCount,
	TraceFrame,
	TraceItem,
	TraceLoss,
	TraceProcess,
	TraceSample,
	TraceSignal,
	TraceTrack,
} from '@tsgotrace/trace/read'
import type { TraceBatches } from '@tsgotrace/trace/slices'

function threadTrack(process: TraceProcess, tid: number, name: string): TraceTrack {
	return { id: process.pid * 1000 + tid, name, process, tid, kind: 'thread', parent: null }
}

/** When what was over by then was reported. */
const reported = new WeakMap<TraceItem, number>()

/** A program that is recorded, event by event. Times are nanoseconds. */
export class Program {
	readonly items: TraceItem[] = []
	readonly process: TraceProcess
	readonly thread: TraceTrack
	readonly #lanes = new Map<string, { readonly track: TraceTrack; readonly from: number }[]>()
	#tracks = 100

	constructor({ pid = 42, tid = 42, name = 'main' }: { pid?: number; tid?: number; name?: string } = {}) {
		this.process = { pid, name: 'app', instance: 0 }
		this.thread = threadTrack(this.process, tid, name)
	}

	signal(
		type: 'begin' | 'end' | 'instant',
		time: number,
		id: string,
		args: TraceArgs = {},
		track: TraceTrack = this.thread,
	): TraceSignal {
		const [category, event] = [id.slice(0, id.lastIndexOf(':')), id.slice(id.lastIndexOf(':') + 1)]
		const name = type === 'instant' ? event : event.replace(/(Begin|End)$/, '')
		const item: TraceSignal = {
			type,
			time,
			id,
			category,
			name,
			track,
			args,
			bytes: 30,
			began: null,
			continues: false,
			within: null,
		}
		this.items.push(item)
		return item
	}

	/** An event that reports what took `ms` milliseconds and is over: a slice, which comes when its end does. */
	done(time: number, id: string, args: TraceArgs & { readonly ms: number }, track: TraceTrack = this.thread): void {
		const ago = args['ago']
		const over = time - (typeof ago === 'number' ? ago * 1e6 : 0)
		const start = over - args.ms * 1e6
		const name = id.slice(id.lastIndexOf(':') + 1).replace(/Done$/, '')
		const begin: TraceSignal = { ...this.signal('begin', start, id, args, track), name, began: start }
		const end: TraceSignal = { ...begin, type: 'end', time: over, began: null }
		this.items.splice(-1, 1, begin, end)
		reported.set(begin, time)
		reported.set(end, time)
	}

	count(time: number, id: string, value: number): void {
		const [category, name] = [id.slice(0, id.lastIndexOf(':')), id.slice(id.lastIndexOf(':') + 1)]
		const track: TraceTrack = { ...this.thread, id: `${id}`.length + 5000, kind: 'counter', parent: this.thread, name }
		const item: TraceCount = { type: 'counter', time, id, category, name, track, value, bytes: 20 }
		this.items.push(item)
	}

	/** A sample of a profiler. */
	sample(time: number, stack: readonly TraceFrame[], args: TraceArgs = {}): void {
		const id = '@tsgotrace/exec/cpu:traceCpuSample'
		const item: TraceSample = {
			type: 'sample',
			time,
			id,
			category: '@tsgotrace/exec/cpu',
			name: 'traceCpuSample',
			track: this.thread,
			stack,
			args,
			bytes: 20,
		}
		this.items.push(item)
	}

	loss(time: number | null, events: number | null, reason: string): void {
		const item: TraceLoss = { type: 'loss', time, sequence: 1, events, bytes: null, reason }
		this.items.push(item)
	}

	/** A slice that may overlap others begins, on a lane of its own. */
	begin(time: number, id: string, args: TraceArgs = {}): (time: number, args?: TraceArgs) => void {
		const track = this.#free(id, time)
		this.signal('begin', time, `${id}Begin`, args, track)
		return (end, endArgs = {}) => {
			this.signal('end', end, `${id}End`, endArgs, track)
			this.#lanes.get(id)!.push({ track, from: end })
		}
	}

	task(
		time: number,
		task: number,
		name: string,
		{ kind = 'task', parent = 0 } = {},
	): (time: number, how?: string, detail?: string) => void {
		const end = this.begin(time, '@tsgotrace/exec/tasks:traceTask', { task, name, kind, parent })
		return (at, how = 'returned', detail = '') => end(at, { task, how, detail })
	}

	region(time: number, region: number, name: string, task: number): (time: number) => void {
		const end = this.begin(time, '@tsgotrace/exec/tasks:traceRegion', { region, name, task })
		return at => end(at, { region })
	}

	call(
		time: number,
		call: number,
		target: string,
		task: number,
	): (time: number, how?: string, detail?: string) => void {
		const end = this.begin(time, '@tsgotrace/exec/auto:traceCall', { call, target, task })
		return (at, how = 'returned', detail = '200') => end(at, { call, how, detail })
	}

	/** In order of time, in pieces of `size` items. */
	trace(size = 1000): TraceBatches {
		return inPieces([this], size)
	}

	#free(id: string, time: number): TraceTrack {
		const lanes = this.#lanes.get(id) ?? []
		this.#lanes.set(id, lanes)
		const at = lanes.findIndex(({ from }) => from < time)
		if (at !== -1) return lanes.splice(at, 1)[0]!.track
		return {
			id: this.process.pid * 1_000_000 + this.#tracks++,
			name: id,
			process: this.process,
			tid: this.thread.tid,
			kind: 'lane',
			parent: this.thread,
		}
	}
}

/** The items of programs, in order of time. */
export function inPieces(programs: readonly Program[], size = 1000): TraceBatches {
	const items = programs.flatMap(program => program.items)
	const timeOf = (item: TraceItem): number => reported.get(item) ?? item.time ?? 0
	items.sort((a, b) => timeOf(a) - timeOf(b))
	return {
		wallStart: 1_700_000_000_000_000_123n,
		// biome-ignore lint/suspicious/useAwait: as a reader hands them out
		async *batches() {
			for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
		},
	}
}
