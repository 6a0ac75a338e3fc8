import {
	type AsyncTraceEvent,
	attachProbe,
	onEvent,
	type Probe,
	ProbeGroup,
	setup,
	type TraceEvent,
} from '@tsgotrace/runtime'
import { sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import { selection } from '@tsgotrace/trace/format/selection'
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
import { SampleWriter } from './events/samples.js'
import { type Shared, shared } from './events/shared.js'
import type { Site } from './events/site.js'
import { type Sited, SiteMaker } from './events/sitemaker.js'
import { type SliceActions, Slices } from './events/slices.js'
import { EventSource } from './events/source.js'
import { TraceContext } from './events/tracecontext.js'
import type { RecordOptions } from './options.js'
import { hint } from './process/hint.js'
import { checkListeners, witness } from './process/hooks.js'
import { identity } from './process/identity.js'
import { Recording } from './process/recording.js'
import { enlist } from './process/running.js'
import type { Witness } from './process/witnesses.js'
import type { Sink } from './sinks/sink.js'
import { makeSink, memorySize, modeOf } from './sinks/sinks.js'

type AnyEvent = TraceEvent | AsyncTraceEvent

/** Maximum number of descriptors that can be recorded at a time, including the counts of other encoders. */
export const maxSites = 8192

/** Internal options, which {@link record} does not offer. */
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
	/**
	 * All existing events, recorded or not, because one may be the begin of another one's slice. Of copies, the first
	 * one.
	 */
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
	readonly #leaveList: () => void
	readonly #timer: NodeJS.Timeout
	#attached = 0
	#errors = 0
	#stopped = false

	/** Use {@link record}. */
	constructor(options: RecordOptions, { survivor, encoders = [] }: RecorderInternals = {}) {
		// Throws under the lock, before anything is opened.
		setup(() => {})
		checkOptions(options)
		this.#matches = selection(options.events)
		const limits = checkLimits(options.limits)
		const mode = modeOf(options)
		this.#pausable = options.pausable ?? false
		this.#onError = options.onError
		const self = identity()
		const failed = (error: unknown): void => this.#failed(error)
		const memory = new Memory(memorySize(options), maxSites, now, survivor)
		const ledger = new Ledger(memory, failed)
		const recording = new Recording(mode, self, ledger, limits)
		const sequence = new Sequence(memory, self.sequence(), self.thread.uuid, memory.hot)
		const { flushEvery = 1000 } = options
		const sink = makeSink(options, { memory, recording, ledger, failed }, flushEvery)
		this.#slices = new Slices({
			now: options.rotate !== undefined || mode === 'ring' ? now : undefined,
			uuid: self.uuid,
			ended: isSlowWatched(options) ? ({ began }) => sink.ended?.(began) : undefined,
			unwound: slice => this.#source.unwound(slice, this.#encoder.put),
		})
		this.#source = new EventSource(sequence, recording, this.#slices)
		this.#encoder = new EventEncoder(sequence, sink, ledger, limits, new SampleWriter(sequence, self.thread.thread!))
		this.#shared = shared(sequence, limits.string)
		this.#maker = new SiteMaker(options, sequence.names, now, () => ledger.perEvent(), self.uuid)
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
			// The function that takes chunks can still send them.
			idle: mode === 'stream' ? () => this.flush() : undefined,
			dumpRequested: dumpRequestOf(options, () => this.#dump()),
		})
		this.#timer = setInterval(() => this.#tick(), flushEvery)
		this.#timer.unref()
		this.#unsubscribe = onEvent(event => this.#attach(event))
		this.#leaveList = enlist({ mode, attached: () => this.#attached, dump: async to => this.dump(to) })
	}

	/** Number of descriptors that it is attached to. Each copy of an event counts. */
	get attached(): number {
		return this.#attached
	}

	/** Ids of pausable events that would be recorded with the option `pausable`. */
	get leftOut(): readonly string[] {
		return [...this.#leftOut].sort()
	}

	/** Counts so far, by event and in total. */
	get stats(): RecorderStats {
		return this.#ledger.stats(this.#errors)
	}

	/** Write the buffer now, instead of within a second. Does nothing for rings, see {@link dump}. */
	flush(): void {
		if (this.#stopped) return
		this.#context.look()
		this.#ledger.measured(() => this.#sink.flush())
		this.#adapt()
	}

	/**
	 * Rings: write what is in the ring now to a file. The ring goes on. Node's thread pool writes, so that this thread
	 * does little. If the process ends meanwhile, the rest is written then.
	 *
	 * @param to path, instead of `dumpTo`
	 * @returns the path, once the file is complete
	 * @throws if this is not a ring; if the file cannot be written
	 */
	async dump(to?: string): Promise<string> {
		if (this.#sink.dump === undefined) throw noRing()
		return this.#ledger.measured(() => {
			this.#declareAll()
			return this.#sink.dump!(to)
		})
	}

	/** Like {@link dump}, but synchronous: for a process that ends. @throws like {@link dump} */
	dumpSync(to?: string): string {
		if (this.#sink.dumpSync === undefined) throw noRing()
		return this.#ledger.measured(() => {
			this.#declareAll()
			return this.#sink.dumpSync!(to)
		})
	}

	/**
	 * Detach from all events, write the buffer, close the file. Calling it again does nothing.
	 * @throws if called under the tracing lock
	 */
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
		if (this.#attached >= maxSites - 1) {
			this.#failed(new Error(`record: more than ${maxSites - 1} events; ${event.id} and later ones are not recorded`))
			return
		}
		this.#attached++
		let sited: Sited | undefined
		// The role of an event depends on its partner, which may register later. At the first signal, all events of the
		// module have registered.
		const declare = (): Sited => {
			this.#undeclared.delete(declare)
			return (sited ??= this.#declare(event))
		}
		this.#undeclared.add(declare)
		let encode: Encode | undefined
		const first: Encode = (...args) => {
			encode ??= this.#ledger.measured(() => this.#encoderOf(declare()))
			// Replace this detour permanently: the delivery reads `fn` for each signal.
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

	/**
	 * Not created for events that are only declared: it takes a tenth of a millisecond, and there may be thousands of
	 * them at the end, or in a dump.
	 */
	#encoderOf(sited: Sited): Encode {
		this.#context.look()
		const { site, sampler } = sited
		const { type } = site.role
		const admit = sampler === undefined ? undefined : () => sampler.admit()
		if (type === sliceBegin || type === sliceEnd) {
			const { begin, end, outer } = this.#slices.actions(site.category.text, site.role, admit)
			const choose = type === sliceBegin ? begin : this.#ending(site, end)
			return compile(this.#encoder, this.#shared, site, {
				choose,
				context: this.#context,
				outer: type === sliceBegin ? outer : undefined,
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

	/** Let samplers adapt, after statistics have been written: their changes apply from then on. */
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
		// Each removes itself, which is safe while iterating over a Set.
		for (const declare of this.#undeclared) declare()
	}

	/** End the recording, perhaps in a process that ends. Synchronous, and never throws. */
	#end(reason: string): void {
		if (this.#stopped) return
		// Set this first: the function that takes the last chunk, or `onError`, may stop the recorder again.
		this.#stopped = true
		this.#unsubscribe()
		clearInterval(this.#timer)
		this.#forgetProcess()
		this.#leaveList()
		try {
			this.#ledger.measured(() => {
				this.#declareAll()
				this.#sink.stop(reason)
			})
		} catch (error) {
			this.#failed(error)
		}
	}

	#uncaught(): void {
		if (this.#sink.unasked === undefined) return this.flush()
		this.#ledger.measured(() => {
			this.#declareAll()
			this.#sink.unasked!(true)
		})
	}

	#dump(): void {
		this.dump().catch((error: unknown) => this.#failed(error))
	}

	#failed(error: unknown): void {
		if (this.#errors++ > 0) return
		const what = error instanceof Error ? error : new Error(String(error))
		if (this.#onError === undefined) {
			const help = hint(what.message)
			process.emitWarning(`recording of trace events failed, the program goes on: ${what.message}`, {
				type: 'TraceRecordWarning',
				...(help !== null && { detail: `  hint: ${help}` }),
			})
			return
		}
		try {
			this.#onError(what)
		} catch (thrown) {
			// An error in the program's `onError`, reported as such. It must not reach the traced code.
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
