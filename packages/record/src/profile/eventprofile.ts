import { threadId } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { attachProbe, onEvent, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import { splitId } from '@tsgotrace/trace/format/ids'
import type { Globs } from '@tsgotrace/trace/format/match'
import { type Frame, frameAt, ProfileBuilder } from '@tsgotrace/trace/format/pprof'
import { sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import { selection } from '@tsgotrace/trace/format/selection'
import { checkNames } from '../engine/checknames.js'
import { now, realtime } from '../engine/clock.js'
import { Random } from '../events/random.js'
import { defaultSlices, roleOf, type SliceRule } from '../events/roles.js'
import { capture, framesOf } from '../events/stack.js'
import { writeFileSync } from '../process/fs.js'
import { type Labelled, Labels } from './labels.js'
import { type PathNode, SlicePaths } from './path.js'
import { checkName, type Weight, weigh, weightOf } from './weight.js'

/** What is profiled, and in which detail. */
export interface ProfileOptions {
	/** Globs over ids of events, as for `record`. Default: all. */
	readonly events?: Globs
	/**
	 * Whether pausable events are profiled too, and their slices. Default false: the program waits at them while a probe
	 * is attached.
	 */
	readonly pausable?: boolean
	/**
	 * Names of parameters with numbers, such as `bytes` or `ms`, or functions of arguments. Units follow from the usual
	 * names.
	 */
	readonly weights?: readonly (string | Weight)[]
	/**
	 * Names of parameters whose values become labels that separate samples, such as `route`: of the event itself, or else
	 * of the begins of the slices that it is in. At most 1000 values each; all further ones become `(others)`.
	 */
	readonly labels?: readonly string[]
	/**
	 * Take the stack of one signal in `every`, chosen at random, and count it as `every` signals. `{ every: 1 }` takes
	 * all. Default: no stacks, and every signal is counted by its event and its slices.
	 */
	readonly stack?: { readonly every: number; readonly depth?: number }
	/** Which pairs of events are slices, as for `record`. */
	readonly slices?: boolean | readonly SliceRule[]
}

const optionNames: Readonly<Record<keyof ProfileOptions, true>> = {
	events: true,
	pausable: true,
	weights: true,
	labels: true,
	stack: true,
	slices: true,
}

/** The counts of one event, in one path of slices, with one stack and the same labels. */
export interface EventProfileSample {
	/** The id of the event. */
	readonly event: string
	/** Where it is declared: `src/http.ts:12`. */
	readonly source: string
	/** The slices that it happened in, innermost first. */
	readonly slices: readonly string[]
	readonly labels: Labelled
	/** Innermost frame first. Empty without `stack`. */
	readonly stack: readonly Frame[]
	/** `events`, and each weight by name. */
	readonly values: Readonly<Record<string, number>>
}

interface Count {
	readonly path: PathNode | null
	readonly labels: Labelled | null
	readonly event: TraceEvent
	readonly stack: string
	readonly values: number[]
}

/** Maximum number of different stacks and paths. Further ones are counted by event alone. */
const maxCounts = 50_000
const usualDepth = 16

/**
 * Counts signals instead of recording them: by event, by enclosing slices, and by the stacks of a sample of them.
 *
 * Its memory depends on the number of different combinations, not on the number of signals.
 */
export class EventProfile {
	readonly #matches: (id: string) => boolean
	readonly #weights: readonly Weight[]
	readonly #every: number
	readonly #depth: number
	readonly #rules: readonly SliceRule[]
	readonly #labels: Labels
	readonly #paths: SlicePaths
	readonly #group = new ProbeGroup({ onError: error => this.#failed(error) })
	readonly #random = new Random()
	/** All existing events; of copies, the first one. */
	readonly #events = new Map<string, TraceEvent>()
	readonly #pausable: boolean
	readonly #leftOut = new Set<string>()
	readonly #counts = new Map<string, Count>()
	readonly #pathIds = new Map<PathNode, number>()
	readonly #unsubscribe: () => void
	#start = BigInt(realtime())
	#began = now()
	#ended: number | null = null
	#attached = 0
	#hasFailed = false

	/** Use {@link profile}. */
	constructor(options: ProfileOptions = {}) {
		checkNames('profile', options, optionNames)
		for (const list of ['weights', 'labels'] as const)
			if (options[list] !== undefined && !Array.isArray(options[list]))
				throw new TypeError(`profile: ${list} must be a list, such as ['bytes']`)
		this.#matches = selection(options.events)
		this.#pausable = options.pausable ?? false
		this.#weights = (options.weights ?? []).map(weightOf)
		const names = ['events', ...this.#weights.map(({ name }) => name)]
		const twice = names.find((name, i) => names.indexOf(name) < i)
		if (twice !== undefined) throw new TypeError(`profile: weights: two values have the name '${twice}'`)
		for (const name of options.labels ?? []) checkName('labels', name)
		const labels = new Labels(options.labels ?? [])
		this.#labels = labels
		this.#paths = new SlicePaths((outer, inner) => labels.within(outer, inner))
		this.#every = options.stack?.every ?? 0
		this.#depth = options.stack?.depth ?? usualDepth
		if (options.stack !== undefined && !(this.#every >= 1))
			throw new RangeError('profile: stack.every must be 1 or more: one signal in this many has its stack taken')
		if (!(this.#depth >= 1 && this.#depth <= 200)) throw new RangeError('profile: stack.depth must be from 1 to 200')
		const { slices = true } = options
		this.#rules = slices === true ? defaultSlices : slices === false ? [] : slices
		this.#unsubscribe = onEvent(event => this.#attach(event))
	}

	/** Ids of pausable events that would be profiled with the option `pausable`. */
	get leftOut(): readonly string[] {
		return [...this.#leftOut].sort()
	}

	/** Number of events that it is attached to. Each copy counts. */
	get attached(): number {
		return this.#attached
	}

	/** Detach from all events. The counts are kept. @throws if called under the tracing lock */
	stop(): void {
		if (this.#ended !== null) return
		// Detach first, because it throws under the lock: the profile then goes on.
		this.#group.done()
		this.#unsubscribe()
		this.#ended = now()
		this.#paths.disable()
	}

	/** Reset all counts, and go on. */
	reset(): void {
		this.#counts.clear()
		this.#start = BigInt(realtime())
		this.#began = now()
	}

	/** The profile up to now, gzipped, in the format of `go tool pprof`. */
	encode(): Uint8Array {
		const builder = new ProfileBuilder([
			{ name: 'events', unit: 'count' },
			...this.#weights.map(({ name, unit }) => ({ name, unit })),
		])
		const thread = threadId === 0 ? 'main' : `worker ${threadId}`
		for (const { event, source, slices, labels, stack, values } of this.#all()) {
			const frames = [frameAt(event, source), ...stack, ...slices.map(name => ({ name, file: '', line: 0 }))]
			builder.add(frames, Object.values(values), { ...labels, thread, ...(slices.length > 0 && { slice: slices[0]! }) })
		}
		const duration = ((this.#ended ?? now()) - this.#began) * 1e6
		const usual = this.#weights[0]?.name ?? 'events'
		return gzipSync(builder.build({ start: this.#start, duration, usual }).encode())
	}

	/** The counts up to now, to print or process. */
	samples(): EventProfileSample[] {
		return [...this.#all()]
	}

	/** Write the profile up to now to a file. @throws if it cannot be written */
	write(path: string): void {
		writeFileSync(path, this.encode())
	}

	[Symbol.dispose](): void {
		this.stop()
	}

	*#all(): Generator<EventProfileSample> {
		const names = ['events', ...this.#weights.map(({ name }) => name)]
		for (const { event, path, labels, stack, values } of this.#counts.values()) {
			const slices: string[] = []
			for (let node = path; node !== null; node = node.parent) slices.push(node.name)
			yield {
				event: event.id,
				source: event.source,
				slices,
				labels: labels ?? {},
				stack: stack === '' ? [] : framesOf(stack, splitId(event.id)[1]).slice(0, this.#depth),
				values: Object.fromEntries(names.map((name, i) => [name, values[i]!])),
			}
		}
	}

	#attach(event: TraceEvent): void {
		if (!this.#events.has(event.id)) this.#events.set(event.id, event)
		if (event.async && !this.#pausable) {
			if (this.#matches(event.id)) this.#leftOut.add(event.id)
			return
		}
		// Begins and ends of slices are followed even if they are not profiled, for the events inside.
		const wanted = this.#matches(event.id)
		let slice: { begin: boolean; name: string } | null | undefined
		const role = (): { begin: boolean; name: string } | null => {
			// Its role depends on its partner, which may register later.
			const { type, name } = roleOf(event, this.#rules, false, id => this.#events.get(id))
			const [category] = splitId(event.id)
			return type === sliceBegin || type === sliceEnd
				? { begin: type === sliceBegin, name: `${category}:${name}` }
				: null
		}
		let skip = this.#every > 1 ? this.#interval() : 0
		const probe = (...args: readonly unknown[]): void => {
			if (slice === undefined) slice = role()
			// An end counts inside its slice, and a begin inside the enclosing one.
			if (wanted) {
				if (this.#every === 0) this.#add(event, args, '', 1)
				else if (--skip <= 0) {
					skip = this.#interval()
					this.#add(event, args, capture(probe, this.#depth), this.#every)
				}
			}
			if (slice !== null) {
				if (slice.begin) this.#paths.begin(slice.name, this.#labels.of(event, args))
				else this.#paths.end(slice.name)
			}
		}
		if (!wanted && this.#rules.length === 0) return
		if (wanted) this.#attached++
		setup(() => attachProbe(this.#group, event, probe))
	}

	/**
	 * Number of signals until the next stack is taken. Equivalent to choosing each signal with the same probability, so
	 * that no pattern in the program can bias it.
	 */
	#interval(): number {
		if (this.#every <= 1) return 1
		return 1 + Math.floor(Math.log(1 - this.#random.next()) / Math.log(1 - 1 / this.#every))
	}

	#add(event: TraceEvent, args: readonly unknown[], stack: string, times: number): void {
		const path = this.#paths.current()
		const own = this.#labels.of(event, args)
		const labelText = own === null ? '' : JSON.stringify(own)
		let key = `${event.id}\0${event.source}\0${path === null ? 0 : this.#pathId(path)}\0${labelText}\0${stack}`
		let count = this.#counts.get(key)
		if (count === undefined) {
			const full = this.#counts.size >= maxCounts
			if (full) key = `${event.id}\0(others)`
			count = this.#counts.get(key)
			if (count === undefined) {
				count = {
					event,
					path: full ? null : path,
					labels: full ? null : this.#labels.within(path?.labels ?? null, own),
					stack: full ? '' : stack,
					values: Array.from({ length: 1 + this.#weights.length }, () => 0),
				}
				this.#counts.set(key, count)
			}
		}
		const { values } = count
		values[0]! += times
		for (let i = 0; i < this.#weights.length; i++) values[i + 1]! += weigh(this.#weights[i]!, event, args) * times
	}

	/** An error of our own, which must not reach the program. */
	#failed(error: unknown): void {
		if (this.#hasFailed) return
		this.#hasFailed = true
		const what = error instanceof Error ? error.message : String(error)
		process.emitWarning(`profiling of trace events failed, the program goes on: ${what}`, 'TraceRecordWarning')
	}

	#pathId(path: PathNode): number {
		let id = this.#pathIds.get(path)
		if (id === undefined) this.#pathIds.set(path, (id = this.#pathIds.size + 1))
		return id
	}
}

/**
 * Profile trace events: count them, and sum up numeric arguments, by event and by enclosing slices.
 *
 * @returns the profile; `using` stops it at the end of the block
 * @throws TypeError, RangeError for invalid options; if called under the tracing lock
 * @example
 * import { profile } from '@tsgotrace/record/profile'
 * const allocations = profile({ events: 'hello:*', weights: ['bytes'], stack: { every: 100 } })
 * allocations.stop()
 * console.log(allocations.samples())
 */
export function profile(options: ProfileOptions = {}): EventProfile {
	return new EventProfile(options)
}
