// Time of the processor that the thread and the process take.
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

/** Time of the processor that the thread took in the last 100 ms, in per cent of that time. From Node 24 on. */
//trace:event traceThreadCpuCount(percent: number)

/** Time of the processors that the process took in the last 100 ms, in per cent of that time: 200 is two processors. Signalled by the main thread. */
//trace:event traceProcessCpuCount(percent: number)

/**
 * Per cent of the last 100 ms in which the event loop was busy though the thread had no processor: the operating system ran something else, or the thread waited in a synchronous
 * call. From Node 24 on.
 */
//trace:event traceOffCpuCount(percent: number)

type CpuUsage = () => { readonly user: number; readonly system: number }

/** Not on Node 20 and 22: a part of 22's releases has it. */
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
	if (!readsProcess) return nothing
	const taken = meter(() => process.cpuUsage())
	return repeatedly(() => taken((cpu, wall) => traceProcessCpuCount(rounded((cpu / wall) * 100, 0.1))))
})

/** Calls back with the milliseconds of the processor and of the clock since it was called last. */
function meter(usage: CpuUsage): (report: (cpu: number, wall: number) => void) => void {
	const total = (): number => {
		const { user, system } = usage()
		return (user + system) / 1000
	}
	let cpu = total()
	let at = performance.now()
	return report => {
		const now = performance.now()
		// Of a shorter time, such as that before the first turn of the loop, the operating system's clock says nothing.
		if (now - at < 5) return
		const then = total()
		report(then - cpu, now - at)
		cpu = then
		at = now
	}
}

function nothing(): void {}
