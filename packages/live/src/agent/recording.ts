import { clearTimeout, setTimeout } from 'node:timers'
import { type Recorder, record } from '@tsgotrace/record'
import { events } from '@tsgotrace/runtime'
import type { EndReason, RecordingEnd, RecordingStart, RecordRequest, RequestLimits } from '../protocol/messages.js'
import { maxIds } from '../protocol/messages.js'
import { RequestError } from '../protocol/problem.js'
import { hasRegistry, type Powers } from './about.js'

/** Milliseconds between two looks at the limits. */
const period = 50
/** Between the first looks, so that a client sees at once that it works. */
const firstPeriod = 10
/** What is in memory is sent at each of the first looks, and then at each fifth. */
const firstLooks = 20
const looksPerFlush = 5
/** Bytes that may wait for a client. A recording ends when there are more. */
const maxWaitingBytes = 64 << 20

/** Where a recording goes. */
export interface RecordingTarget {
	/** Bytes that the client has not taken yet. */
	waiting(): number
	chunk(bytes: Uint8Array): void
	began(news: RecordingStart): void
	ended(result: RecordingEnd): void
}

/** A recording for a client. It ends by itself at its limits. */
export class LiveRecording {
	readonly #recorder: Recorder
	readonly #limits: RequestLimits
	readonly #target: RecordingTarget
	readonly #began = performance.now()
	/** When was looked in the last second, and how many events were recorded then. */
	readonly #last: { readonly at: number; readonly recorded: number }[] = [{ at: performance.now(), recorded: 0 }]
	#timer: NodeJS.Timeout | undefined
	#looks = 0
	#bytes = 0
	#error: string | null = null
	#ended = false

	/** @throws for options that mean nothing, and for what this client may not do */
	constructor({ options, limits, isEarly = false }: RecordRequest, powers: Powers, target: RecordingTarget) {
		if (!isEarly && !hasRegistry()) throw new RequestError('no events', 'no module with trace events was loaded')
		checkLimits(limits)
		if (options.pausable === true && !powers.mayPause)
			throw new RequestError(
				'refused',
				'pausable events are not recorded for clients: the program would wait at them. Prepare it with { mayPause: true }',
			)
		this.#limits = limits
		this.#target = target
		const { events: globs, pausable, sample, slices, counters, stacks, redact = {} } = options
		this.#recorder = record({
			...(globs !== undefined && { events: globs }),
			...(pausable !== undefined && { pausable }),
			...(sample !== undefined && { sample }),
			...(slices !== undefined && { slices }),
			...(counters !== undefined && { counters }),
			...(stacks !== undefined && { stacks }),
			// What the process withholds cannot be given back by a rule of the client, as rules add up.
			redact: merged(redact, powers.redact),
			// By our own timer.
			flushEvery: 60_000,
			to: chunk => {
				this.#bytes += chunk.length
				target.chunk(chunk)
			},
			onError: error => (this.#error ??= error.message),
		})
		target.began(this.#news())
		this.#lookSoon()
	}

	stop(ending: EndReason): void {
		if (this.#ended) return
		this.#ended = true
		clearTimeout(this.#timer)
		this.#recorder.stop()
		const { signals, recorded, sampledOut, dropped } = this.#recorder.stats
		this.#target.ended({
			ended: ending,
			attached: this.#recorder.attached,
			leftOut: this.#recorder.leftOut.slice(0, maxIds),
			signals,
			recorded,
			sampledOut,
			dropped,
			bytes: this.#bytes,
			error: this.#error,
		})
	}

	#news(): RecordingStart {
		const ids = [...new Set(events().map(({ id }) => id))]
		const { attached, leftOut } = this.#recorder
		return {
			attached,
			leftOut: leftOut.slice(0, maxIds),
			ids: attached === 0 ? ids.slice(0, maxIds) : [],
			known: ids.length,
		}
	}

	#lookSoon(): void {
		this.#timer = setTimeout(
			() => {
				this.#look()
				if (!this.#ended) this.#lookSoon()
			},
			this.#looks < firstLooks ? firstPeriod : period,
		)
		this.#timer.unref()
	}

	#look(): void {
		if (this.#looks++ < firstLooks || this.#looks % looksPerFlush === 0) this.#recorder.flush()
		const { recorded } = this.#recorder.stats
		const { ms, events: maxEvents, bytes, perSecond } = this.#limits
		const now = performance.now()
		this.#last.push({ at: now, recorded })
		while (now - this.#last[1]!.at >= 1000) this.#last.shift()
		if (now - this.#began >= ms) this.stop('ms')
		else if (recorded >= maxEvents) this.stop('events')
		else if (this.#bytes >= bytes) this.stop('bytes')
		else if (recorded - this.#last[0]!.recorded > perSecond) this.stop('perSecond')
		else if (this.#target.waiting() > maxWaitingBytes) this.stop('slow client')
	}
}

/** @throws RangeError */
export function checkLimits(limits: Readonly<Record<string, unknown>> | RequestLimits): void {
	for (const [name, value] of Object.entries(limits))
		if (typeof value !== 'number' || !(value > 0))
			throw new RangeError(`the limit '${name}' must be a number above 0, not ${JSON.stringify(value)}`)
}

type Redaction = Readonly<Record<string, true | readonly string[]>>

function merged(ours: Redaction, theirs: Redaction): Redaction {
	const all: Record<string, true | readonly string[]> = { ...ours }
	for (const [glob, what] of Object.entries(theirs)) {
		const known = Object.hasOwn(all, glob) ? all[glob]! : []
		all[glob] = known === true || what === true ? true : [...known, ...what]
	}
	return all
}
