// CPU time of the thread and the process.
import { connectOnce } from '../realm.js'
import { readsProcess, repeatedly, rounded } from './ticker.js'
import {
	traceOffCpuCount,
	traceOffCpuCount_Event,
	traceProcessCpuCount,
	traceProcessCpuCount_Event,
	traceThreadCpuCount,
	traceThreadCpuCount_Event,
} from './ztrace.js'

/** CPU time of the thread in the last 100 ms, as a percentage of that time. From Node 24 on. */
//trace:event traceThreadCpuCount(percent: number)

/** CPU time of the process in the last 100 ms, as a percentage of that time: 200 means two processors. Emitted by the main thread. */
//trace:event traceProcessCpuCount(percent: number)

/**
 * Percentage of the last 100 ms in which the event loop was busy but the thread was not on a CPU: the operating system ran something else, or the thread waited in a synchronous
 * call. From Node 24 on.
 */
//trace:event traceOffCpuCount(percent: number)

type CpuUsage = () => { readonly user: number; readonly system: number }

/** Not on Node 20 and 22: only some releases of 22 have it. */
const { threadCpuUsage } = process as { threadCpuUsage?: CpuUsage }

connectOnce('threadCpuCount', [traceThreadCpuCount_Event], () => {
	if (threadCpuUsage === undefined) return nothing
	const taken = meter(threadCpuUsage.bind(process))
	return repeatedly(() => taken((cpu, wall) => traceThreadCpuCount(rounded((cpu / wall) * 100, 0.1))))
})

connectOnce('offCpuCount', [traceOffCpuCount_Event], () => {
	if (threadCpuUsage === undefined) return nothing
	const taken = meter(threadCpuUsage.bind(process))
	let before = performance.eventLoopUtilization()
	return repeatedly(() =>
		taken((cpu, wall) => {
			const now = performance.eventLoopUtilization()
			const { active } = performance.eventLoopUtilization(now, before)
			before = now
			traceOffCpuCount(rounded(Math.min(100, Math.max(0, ((active - cpu) / wall) * 100)), 0.1))
		}),
	)
})

connectOnce('processCpuCount', [traceProcessCpuCount_Event], () => {
	if (!readsProcess()) return nothing
	const taken = meter(() => process.cpuUsage())
	return repeatedly(() => taken((cpu, wall) => traceProcessCpuCount(rounded((cpu / wall) * 100, 0.1))))
})

/** Calls back with the milliseconds of CPU time and of the clock since the last call. */
function meter(usage: CpuUsage): (report: (cpu: number, wall: number) => void) => void {
	const total = (): number => {
		const { user, system } = usage()
		return (user + system) / 1000
	}
	let cpu = total()
	let at = performance.now()
	return report => {
		const now = performance.now()
		// Shorter intervals, such as that before the first turn of the loop, are below the resolution of the operating
		// system's clock.
		if (now - at < 5) return
		const then = total()
		report(then - cpu, now - at)
		cpu = then
		at = now
	}
}

function nothing(): void {}
