// Loading this detects stalls of the thread, with the task and the function that caused them, while a probe is attached
// to their event.

import { microsecondsAt } from '../profiler/clock.js'
import { consumeSamples } from '../profiler/consumers.js'
import type { CpuProfile } from '../profiler/profiler.js'
import { connectOnce } from '../realm.js'
import { runs as allRuns } from '../states/runs.js'
import { whyNoStates } from '../states/support.js'
import { traceRunDone_Attach } from '../states/ztrace.js'
import { repeatedly, rounded } from '../thread/ticker.js'
import { type HotSpot, hotIn } from './hot.js'
import { followStretches, type Stretch } from './stretches.js'
import { traceStallDone, traceStallDone_Event } from './ztrace.js'

/**
 * The thread did not return to its event loop for `ms` milliseconds, 20 or more: nothing else could run. It ended `ago` milliseconds before this event. `task`
 * and `name` identify the task that ran for most of it; 0 and empty outside of tasks. `where` is the function of the program that is in most samples of V8's sampler, `call`
 * the function of Node that it called, such as `fs.readFileSync`; `stack` is the most frequent stack, innermost function first. `gc` milliseconds of the stall were garbage
 * collections. If `samples` is 0, the place is unknown.
 */
//trace:event traceStallDone(ms: number, task: number, name: string, where: string, call: string, stack: string, gc: number, samples: number, ago: number)

/** Microseconds between two samples: a stall of 20 ms has some. */
const sampleInterval = 5000
/** Milliseconds after which a profile without a stall is discarded. */
const maxProfileTime = 10_000
/** Maximum number of stalls that wait to be reported. */
const maxStalls = 1000

/** A task ran without a break. */
interface Ran {
	readonly began: number
	readonly ended: number
	readonly task: number
	readonly name: string
}

/** Shorter runs did not cause a stall. */
const minRun = 5

connectOnce('stalls', [traceStallDone_Event], () => {
	// The warning of the states, which this attaches to, says why.
	const isPossible = whyNoStates() === null
	const stalls: Stretch[] = []
	let runs: Ran[] = []
	// So that states are followed. If the program has a copy of the package, its events may be those that are emitted.
	const probe = traceRunDone_Attach(null, () => {})
	allRuns.ended = ({ sampled: isRecorded, id: task, name }, began, ended) => {
		if (!isRecorded || ended - began < minRun) return
		if (runs.push({ began, ended, task, name }) > 2 * maxStalls) runs = runs.slice(-maxStalls)
	}
	const unfollow = isPossible
		? followStretches(stretch => {
				if (stalls.length < maxStalls) stalls.push(stretch)
			})
		: () => {}
	const stop = isPossible ? sampled() : () => {}
	return () => {
		stop()
		unfollow()
		allRuns.ended = null
		probe.detach()
	}

	function sampled(): () => void {
		const reportAll = (profile: CpuProfile | null): void => {
			for (const stall of stalls.splice(0)) {
				const hot =
					profile === null ? nothing : hotIn(profile, microsecondsAt(stall.began), microsecondsAt(stall.ended))
				report(stall, runs, hot)
			}
			runs = []
		}
		try {
			return consumeSamples({
				interval: sampleInterval,
				longest: maxProfileTime,
				ends: () => stalls.length > 0,
				take: reportAll,
			})
		} catch {
			// Where the inspector cannot be used, stalls have no place.
			return repeatedly(() => reportAll(null))
		}
	}
})

const nothing: HotSpot = { where: '', call: '', stack: '', gc: 0, samples: 0 }

function report({ began, ended, task }: Stretch, runs: readonly Ran[], hot: HotSpot): void {
	const { where, call, stack, gc, samples } = hot
	const overlap = (ran: Ran): number => Math.min(ran.ended, ended) - Math.max(ran.began, began)
	// The task that ran for most of it. If it is unknown, because its run has not ended, the task that was called back.
	const longest = runs.reduce<Ran | null>(
		(best, ran) => (overlap(ran) > (best === null ? 0 : overlap(best)) ? ran : best),
		null,
	)
	const [id, name] = longest === null ? [task?.id ?? 0, task?.name ?? ''] : [longest.task, longest.name]
	const ms = ended - began
	traceStallDone(
		rounded(ms, 0.001),
		id,
		name,
		where,
		call,
		stack,
		rounded(gc * ms, 0.001),
		samples,
		Math.max(0, performance.now() - ended),
	)
}
