// How busy the event loop of the thread is, and how late it runs timers.
import type { EventLoopUtilization, RecordableHistogram } from 'node:perf_hooks'
import { connectOnce } from '../realm.js'
import { repeatedly, rounded, tickPeriod } from './ticker.js'
import {
	traceLoopBusyCount,
	traceLoopBusyCount_Event,
	traceLoopDelay,
	traceLoopDelay_Event,
	traceLoopDelayCount,
	traceLoopDelayCount_Event,
} from './ztrace.js'

/** Percentage of the last 100 ms in which the event loop of the thread was busy, instead of waiting for events. */
//trace:event traceLoopBusyCount(percent: number)

/** Maximum delay of a timer by the event loop in the last 100 ms, in milliseconds. */
//trace:event traceLoopDelayCount(ms: number)

/** Delays of timers by the event loop in the last second, in milliseconds: the median, the 99th percentile and the maximum. */
//trace:event traceLoopDelay(p50: number, p99: number, max: number)

/** Milliseconds between two samples. */
const samplePeriod = 10

connectOnce('loopBusyCount', [traceLoopBusyCount_Event], () => {
	let before: EventLoopUtilization = performance.eventLoopUtilization()
	return repeatedly(() => {
		const now = performance.eventLoopUtilization()
		const { utilization } = performance.eventLoopUtilization(now, before)
		before = now
		// Before the loop has begun there is no interval to divide by.
		if (Number.isFinite(utilization)) traceLoopBusyCount(rounded(Math.min(1, Math.max(0, utilization)) * 100, 0.1))
	})
})

connectOnce('loopDelayCount', [traceLoopDelayCount_Event], () =>
	monitored(1, ({ max }) => traceLoopDelayCount(rounded(max, 0.001))),
)

connectOnce('loopDelay', [traceLoopDelay_Event], () =>
	monitored(1000 / tickPeriod, delays =>
		traceLoopDelay(
			rounded(delays.percentile(50), 0.001),
			rounded(delays.percentile(99), 0.001),
			rounded(delays.max, 0.001),
		),
	),
)

/** Call `report` with the delays since the last report, after this many readings. */
function monitored(count: number, report: (delays: Delays) => void): () => void {
	const delays = new Delays()
	let readings = 0
	const stop = repeatedly(() => {
		if (++readings < count) return
		readings = 0
		delays.takeOverdue()
		if (!delays.empty) report(delays)
		delays.reset()
	})
	return () => {
		stop()
		delays.end()
	}
}

/**
 * How late a timer is, in milliseconds. Not Node's own monitor: after a reset that has no sample to measure from, and
 * what holds the loop between its last sample and the reset is missing.
 */
class Delays {
	max = 0
	readonly #all: RecordableHistogram = process.getBuiltinModule('node:perf_hooks').createHistogram()
	#due = performance.now() + samplePeriod
	readonly #timer: NodeJS.Timeout = setTimeout(() => {
		const now = performance.now()
		this.#add(now - this.#due)
		this.#due = now + samplePeriod
		this.#timer.refresh()
	}, samplePeriod).unref()

	get empty(): boolean {
		return this.#all.count === 0
	}

	percentile(share: number): number {
		return Math.min(this.max, this.#all.percentile(share) / 1e6)
	}

	/**
	 * The timer itself has not had its turn yet: a reading may come before it. What is counted now is not counted again.
	 */
	takeOverdue(): void {
		const now = performance.now()
		if (now - this.#due < samplePeriod) return
		this.#add(now - this.#due)
		this.#due = now
	}

	reset(): void {
		this.max = 0
		this.#all.reset()
	}

	end(): void {
		clearTimeout(this.#timer)
	}

	#add(ms: number): void {
		// Node's timers count whole milliseconds.
		const late = Math.max(0, ms)
		this.max = Math.max(this.max, late)
		this.#all.record(Math.max(1, Math.round(late * 1e6)))
	}
}
