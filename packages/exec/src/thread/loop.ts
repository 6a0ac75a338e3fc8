// How busy the event loop of the thread is, and how late it runs timers.
import type { EventLoopUtilization, IntervalHistogram } from 'node:perf_hooks'
import { connectOnce } from '../realm.js'
import { PERIOD, repeatedly, rounded } from './ticker.js'
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

/** Sampling interval of Node's monitor in milliseconds. Its measurements include it. */
const RESOLUTION = 10

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

connectOnce('loopDelayCount', [traceLoopDelayCount_Event], () => monitored(1, (_, max) => traceLoopDelayCount(max)))

connectOnce('loopDelay', [traceLoopDelay_Event], () =>
	monitored(1000 / PERIOD, (monitor, max) => traceLoopDelay(delay(monitor.percentile(50)), delay(monitor.percentile(99)), max)),
)

/** Call `report` with the measurements since the last report and with the maximum in milliseconds, after this many samples. */
function monitored(most: number, report: (monitor: IntervalHistogram, max: number) => void): () => void {
	const monitor = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: RESOLUTION })
	monitor.enable()
	const gap = gapTimer()
	let readings = 0
	const stop = repeatedly(() => {
		if (++readings < most) return
		readings = 0
		if (monitor.count > 0 || gap.late() > 0) report(monitor, Math.max(delay(monitor.max), gap.late()))
		monitor.reset()
		gap.begin()
	})
	return () => {
		stop()
		gap.end()
		monitor.disable()
	}
}

/**
 * The monitor measures from one sample to the next, and after a reset it has no sample to measure from: a delay of the loop before the first sample
 * is missing. This timer, started at the reset, is late by that delay.
 */
function gapTimer(): { begin(): void; late(): number; end(): void } {
	let due = performance.now() + RESOLUTION
	let late = 0
	const timer = setTimeout(() => {
		late = performance.now() - due
	}, RESOLUTION)
	timer.unref()
	return {
		begin() {
			late = 0
			due = performance.now() + RESOLUTION
			timer.refresh()
		},
		late: () => rounded(Math.max(0, late), 0.001),
		end: () => clearTimeout(timer),
	}
}

function delay(nanoseconds: number): number {
	return rounded(Math.max(0, nanoseconds / 1e6 - RESOLUTION), 0.001)
}
