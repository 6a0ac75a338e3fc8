import process from 'node:process'
import { type AsyncTraceEvent, attachProbe, onEvent, type Probe, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import { matcher } from '@tsgotrace/trace/format/match'
import { SLICE_BEGIN, SLICE_END } from '@tsgotrace/trace/format/schema'
import { checkOptions } from './check.js'
import { now } from './engine/clock.js'
import { Ledger, type RecorderStats } from './engine/ledger.js'
import { checkLimits } from './engine/limits.js'
import { Memory } from './engine/memory.js'
import { Sequence } from './engine/sequence.js'
import type { EncoderFactory } from './engine/source.js'
import type { Survivor } from './engine/survivor.js'
import { clearInterval, queueMicrotask, setInterval } from './engine/timers.js'
import { compile, type Encode } from './events/compile.js'
import { EventEncoder } from './events/encoder.js'
import { type Shared, shared } from './events/shared.js'
import type { Site } from './events/site.js'
import { type Sited, SiteMaker } from './events/sitemaker.js'
import { type SliceActions, Slices } from './events/slices.js'
import { EventSource } from './events/source.js'
import { TraceContext } from './events/tracecontext.js'
import type { RecordOptions } from './options.js'
import { hint } from './process/hint.js'
import { checkListeners, type Witness, witness } from './process/hooks.js'
import { identity } from './process/identity.js'
import { Recording } from './process/recording.js'
import type { Sink } from './sinks/sink.js'
import { makeSink, memorySize, modeOf } from './sinks/sinks.js'

type AnyEvent = TraceEvent | AsyncTraceEvent

/** Descriptors that can be recorded at a time, and what other encoders count. */
export const SITES = 8192

/** What {@link record} does not offer. */
export interface RecorderInternals {
	/** Memory that another thread can read. */
	readonly survivor?: Survivor | undefined
	/** Encoders of other sequences in the same file or ring. */
	readonly encoders?: readonly EncoderFactory[]
}

/** A recording in progress, made by {@link record}. */
export class Recorder {
	readonly #matches: (id: string) => boolean
	readonly #memory: Memory
	readonly #ledger: Ledger
	readonly #encoder: EventEncoder
	readonly #source: EventSource
	readonly #shared: Shared
	readonly #maker: SiteMaker
	readonly #slices: Slices
	readonly #sites: Sited[] = []
	/** All events that there are, recorded or not: one may be the begin of another. Of copies the first. */
	readonly #events = new Map<string, AnyEvent>()
	readonly #context = new TraceContext()
	readonly #undeclared = new Set<() => Sited>()
	readonly #pausable: boolean
	readonly #leftOut = new Set<string>()
	readonly #sink: Sink
	readonly #group: ProbeGroup
	readonly #onError: ((error: Error) => void) | undefined
	readonly #unsubscribe: () => void
	readonly #forgetProcess: () => void
	readonly #timer: NodeJS.Timeout
	#attached = 0
	#errors = 0
	#stopped = false

	/** Use {@link record}. */
	constructor(options: RecordOptions, { survivor, encoders = [] }: RecorderInternals = {}) {
		// Throws under the lock, before anything is opened.
		setup(() => {})
		checkOptions(options)
		this.#matches = matcher(options.events ?? '*')
		const limits = checkLimits(options.limits)
		const mode = modeOf(options)
		this.#pausable = options.pausable ?? false
		this.#onError = options.onError
		const self = identity()
		const failed = (error: unknown): void => this.#failed(error)
		const memory = new Memory(memorySize(options), SITES, now, survivor)
		const ledger = new Ledger(memory, failed)
		const recording = new Recording(mode, self, ledger, limits)
		const sequence = new Sequence(memory, self.sequence(), self.thread.uuid)
		const sink = makeSink(options, { memory, recording, ledger, failed })
		this.#slices = new Slices({
			now: options.rotate !== undefined || mode === 'ring' ? now : undefined,
			uuid: self.uuid,
			ended: isSlowWatched(options) ? ({ began }) => sink.ended?.(began) : undefined,
			unwound: slice => this.#source.unwound(slice, this.#encoder.put),
		})
		this.#source = new EventSource(sequence, recording, this.#slices)
		this.#encoder = new EventEncoder(sequence, sink, ledger, limits)
		this.#shared = shared(sequence, limits.string)
		this.#maker = new SiteMaker(options, sequence.names, now, () => ledger.cost(), self.uuid)
		const others = encoders.map((make, i) =>
			make({
				sequence: new Sequence(memory, self.sequence(), self.thread.uuid),
				memory,
				room: sink,
				ledger,
				uuid: n => self.uuid(n, i + 1),
			}),
		)
		this.#memory = memory
		this.#ledger = ledger
		this.#sink = sink
		sink.start([this.#source, ...others])
		this.#group = new ProbeGroup({ onError: error => this.#failed(error) })
		this.#forgetProcess = witness({
			ended: reason => this.#end(reason),
			survivableSignal: () => this.#urgent(true),
			settled: () => this.#urgent(false),
			uncaught: () => this.#uncaught(),
			// Who sends what it gets can do so still.
			idle: mode === 'stream' ? () => this.flush() : undefined,
			dumpRequested: dumpRequestOf(options, () => this.#dump()),
		})
		this.#timer = setInterval(() => this.#tick(), options.flushEvery ?? 1000)
		this.#timer.unref()
		this.#unsubscribe = onEvent(event => this.#attach(event))
	}

	/** How many descriptors it is attached to. Copies of an event count each. */
	get attached(): number {
		return this.#attached
	}

	/** Ids of pausable events that would be recorded with the option `pausable`. */
	get leftOut(): readonly string[] {
		return [...this.#leftOut].sort()
	}

	/** What was recorded so far, by event and in all. */
	get stats(): RecorderStats {
		return this.#ledger.stats(this.#errors)
	}

	/** Write what is in memory now, instead of within a second. Rings: does nothing, see {@link dump}. */
	flush(): void {
		if (this.#stopped) return
		this.#context.look()
		this.#ledger.measured(() => this.#sink.flush())
		this.#adapt()
	}

	/**
	 * Rings: write what is in the ring now to a file. The ring goes on, and the thread does little for it: Node's pool writes. If the process ends meanwhile, the rest is written then.
	 *
	 * @param to path, instead of `dumpTo`
	 * @returns the path, when the file is complete
	 * @throws if it is no ring; if the file cannot be written
	 */
	async dump(to?: string): Promise<string> {
		if (this.#sink.dump === undefined) throw noRing()
		this.#declareAll()
		return this.#sink.dump(to)
	}

	/** As {@link dump}, at once: for a process that ends. @throws as {@link dump} */
	dumpSync(to?: string): string {
		if (this.#sink.dumpSync === undefined) throw noRing()
		this.#declareAll()
		return this.#sink.dumpSync(to)
	}

	/** Detach from all events, write what is in memory, close the file. Calling it again does nothing. @throws if called under the tracing lock */
	stop(): void {
		if (this.#stopped) return
		this.#group.done()
		this.#end('stop')
	}

	[Symbol.dispose](): void {
		this.stop()
	}

	#urgent(on: boolean): void {
		if (!this.#stopped) this.#sink.urgent(on)
	}

	#tick(): void {
		checkListeners()
		this.flush()
	}

	#attach(event: AnyEvent): void {
		if (!this.#events.has(event.id)) this.#events.set(event.id, event)
		if (this.#stopped || !this.#matches(event.id)) return
		if (event.async && !this.#pausable) {
			this.#leftOut.add(event.id)
			return
		}
		if (this.#attached >= SITES - 1) {
			this.#failed(new Error(`record: more than ${SITES - 1} events; ${event.id} and later ones are not recorded`))
			return
		}
		this.#attached++
		let sited: Sited | undefined
		// What an event is depends on its partner, which may register after it. At its first signal all of the module have.
		const declare = (): Sited => {
			this.#undeclared.delete(declare)
			return (sited ??= this.#declare(event))
		}
		this.#undeclared.add(declare)
		let encode: Encode | undefined
		const first: Encode = (...args) => {
			encode ??= this.#encoderOf(declare())
			// Attached for good, without the detour: who delivers reads `fn` for each signal anew.
			if (probe.attached) probe.fn = encode
			encode(...args)
		}
		const probe: Probe = setup(() => attachProbe(this.#group, event, first))
	}

	#declare(event: AnyEvent): Sited {
		const index = this.#memory.index()
		const sited = this.#maker.make(event, index, id => this.#events.get(id))
		const { sequence } = this.#source
		this.#ledger.add(sequence.id, event.id, index, sited.sampler)
		this.#sites.push(sited)
		this.#sink.declare(sequence, this.#source.add(sited.site))
		return sited
	}

	/** Not made for events that are only declared: it takes a tenth of a millisecond, and there may be thousands of them at the end, or in a dump. */
	#encoderOf(sited: Sited): Encode {
		this.#context.look()
		const { site, sampler } = sited
		const { type } = site.role
		const admit = sampler === undefined ? undefined : () => sampler.admit()
		if (type === SLICE_BEGIN || type === SLICE_END) {
			const { begin, end, outer } = this.#slices.actions(site.category.text, site.role, admit)
			const choose = type === SLICE_BEGIN ? begin : this.#ending(site, end)
			return compile(this.#encoder, this.#shared, site, {
				choose,
				context: this.#context,
				outer: type === SLICE_BEGIN ? outer : undefined,
				slices: this.#slices,
			})
		}
		return compile(this.#encoder, this.#shared, site, { admit, slices: this.#slices })
	}

	/** An end whose begin was sampled out counts as sampled out itself. */
	#ending({ index }: Site, end: SliceActions['end']): SliceActions['end'] {
		return arg => {
			const track = end(arg)
			if (track === null) this.#ledger.skipped(index)
			return track
		}
	}

	/** Let samplers adapt, after statistics have been written: what they change applies to what follows. */
	#adapt(): void {
		const ms = now()
		const byEvent = this.#ledger.byEvent(this.#source.sequence.id)
		const seen = new Set<unknown>()
		for (const { site, sampler } of this.#sites) {
			if (sampler === undefined || seen.has(sampler)) continue
			seen.add(sampler)
			sampler.tick(ms, byEvent[site.event.id]!.recorded)
		}
	}

	#declareAll(): void {
		// Each removes itself, which a walk over a Set stands.
		for (const declare of this.#undeclared) declare()
	}

	/** The end of the recording, perhaps in a process that ends: synchronous, and it throws nothing. */
	#end(reason: string): void {
		if (this.#stopped) return
		// Before all else: what takes the last chunk, or the error of it, may stop the recorder once more.
		this.#stopped = true
		this.#unsubscribe()
		clearInterval(this.#timer)
		this.#forgetProcess()
		try {
			this.#declareAll()
			this.#ledger.measured(() => this.#sink.stop(reason))
		} catch (error) {
			this.#failed(error)
		}
	}

	#uncaught(): void {
		if (this.#sink.unasked === undefined) this.flush()
		else {
			this.#declareAll()
			this.#sink.unasked(true)
		}
	}

	#dump(): void {
		this.dump().catch((error: unknown) => this.#failed(error))
	}

	#failed(error: unknown): void {
		if (this.#errors++ > 0) return
		const what = error instanceof Error ? error : new Error(String(error))
		if (this.#onError === undefined) {
			const help = hint(what.message)
			process.emitWarning(`recording of trace events fails, the program goes on: ${what.message}`, {
				type: 'TraceRecordWarning',
				...(help !== null && { detail: `  hint: ${help}` }),
			})
			return
		}
		try {
			this.#onError(what)
		} catch (thrown) {
			// The program's own mistake, told as such; it must not reach the traced code.
			queueMicrotask(() => {
				throw thrown
			})
		}
	}
}

function noRing(): Error {
	return new Error('record: dump is for flight recorders, made with to: { ring: bytes }')
}

function dumpRequestOf({ to }: RecordOptions, take: () => void): Witness['dumpRequested'] {
	const signal = typeof to === 'object' ? (to.signal ?? 'SIGUSR2') : false
	return signal === false ? undefined : { signal, take }
}

function isSlowWatched({ to }: RecordOptions): boolean {
	return typeof to === 'object' && to.slowSlice !== undefined
}
