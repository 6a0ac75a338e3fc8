import process from 'node:process'
import { type AsyncTraceEvent, attachProbe, onEvent, type Probe, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import { matcher } from '@tsgotrace/trace/format/match'
import { SLICE_BEGIN, SLICE_END } from '@tsgotrace/trace/format/schema'
import { checkOptions } from './check.js'
import { now } from './engine/clock.js'
import { Encoder } from './engine/encoder.js'
import { checkLimits, type Limits } from './engine/limits.js'
import { Teller } from './engine/source.js'
import { Memory } from './engine/state.js'
import type { RecorderStats } from './engine/stats.js'
import type { Survivor } from './engine/survivor.js'
import { clearInterval, queueMicrotask, setInterval } from './engine/timers.js'
import { compile, type Encode } from './events/compile.js'
import { defaultSlices, type SliceRule } from './events/roles.js'
import { type Shared, shared } from './events/shared.js'
import type { Site } from './events/site.js'
import { type Sited, SiteMaker } from './events/sitemaker.js'
import { type SliceActions, Slices } from './events/slices.js'
import { TraceContext } from './events/tracecontext.js'
import type { RecordOptions } from './options.js'
import { hint } from './process/hint.js'
import { checkListeners, type Witness, witness } from './process/hooks.js'
import { identity } from './process/identity.js'
import type { Sink } from './sinks/sink.js'
import { makeSink, memorySize } from './sinks/sinks.js'

type AnyEvent = TraceEvent | AsyncTraceEvent

/** Descriptors that can be recorded at a time. */
export const SITES = 8192

/** A recording in progress, made by {@link record}. */
export class Recorder {
	readonly #matches: (id: string) => boolean
	readonly #limits: Limits
	readonly #encoder: Encoder
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
	readonly #teller: Teller
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
	constructor(options: RecordOptions, survivor?: Survivor) {
		// Throws under the lock, before anything is opened.
		setup(() => {})
		checkOptions(options)
		this.#matches = matcher(options.events ?? '*')
		this.#limits = checkLimits(options.limits)
		this.#pausable = options.pausable ?? false
		this.#onError = options.onError
		const self = identity()
		const memory = new Memory(memorySize(options), SITES, now, survivor)
		this.#encoder = new Encoder(memory, self.sequence, self.thread.uuid, this.#limits)
		this.#shared = shared(this.#encoder, this.#limits.string)
		this.#maker = new SiteMaker(options, rulesOf(options), now, () => this.#teller.cost(), self.uuid)
		this.#slices = new Slices({ now: options.rotate !== undefined || typeof options.to === 'object' ? now : undefined, uuid: self.uuid })
		this.#teller = new Teller(self, memory, this.#sites, this.#slices, this.#limits, error => this.#failed(error))
		this.#sink = makeSink(options, this.#encoder, this.#teller, this.#slices)
		this.#teller.mode = this.#sink.mode
		this.#encoder.output = this.#sink
		this.#encoder.dropped = site => this.#teller.unwritten(site.index)
		this.#encoder.failed = (site, error) => this.#teller.erred(site, error)
		this.#sink.start()
		this.#group = new ProbeGroup({ onError: error => this.#failed(error) })
		this.#forgetProcess = witness({
			ended: reason => this.#end(reason),
			shaken: () => this.#urgent(true),
			settled: () => this.#urgent(false),
			uncaught: () => this.#uncaught(),
			// Who sends what it gets can do so still.
			idle: this.#sink.mode === 'stream' ? () => this.flush() : undefined,
			asked: askedBy(options, () => this.#dump()),
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
		return this.#teller.stats(this.#errors)
	}

	/** Write what is in memory now, instead of within a second. Rings: does nothing, see {@link dump}. */
	flush(): void {
		if (this.#stopped) return
		this.#context.look()
		this.#teller.measured(() => this.#sink.flush())
		this.#teller.tick()
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
		const index = this.#sites.length + 1
		const sited = this.#maker.make(event, index, id => this.#events.get(id))
		this.#sites.push(sited)
		this.#sink.declare(index)
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
			return compile(this.#encoder, this.#shared, site, { choose, context: this.#context, outer: type === SLICE_BEGIN ? outer : undefined })
		}
		return compile(this.#encoder, this.#shared, site, { admit })
	}

	/** An end whose begin was sampled out counts as sampled out itself. */
	#ending({ index }: Site, end: SliceActions['end']): SliceActions['end'] {
		return arg => {
			const track = end(arg)
			if (track === null) this.#teller.skipped(index)
			return track
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
			this.#teller.measured(() => this.#sink.stop(reason))
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

function askedBy({ to }: RecordOptions, take: () => void): Witness['asked'] {
	const signal = typeof to === 'object' ? (to.signal ?? 'SIGUSR2') : false
	return signal === false ? undefined : { signal, take }
}

function rulesOf({ slices = true }: RecordOptions): readonly SliceRule[] {
	if (slices === true) return defaultSlices
	return slices === false ? [] : slices
}
