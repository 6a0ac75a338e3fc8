// Loading this lets V8's sampler look at what the thread does, while a probe is attached to its event.

import { microsecondsAt, millisecondsAt } from '../profiler/clock.js'
import { consumeSamples, samplingInterval } from '../profiler/consumers.js'
import type { CpuProfile } from '../profiler/profiler.js'
import { connectOnce } from '../realm.js'
import { RunHistory, runs } from '../states/runs.js'
import { rounded } from '../thread/ticker.js'
import { cpuInterval } from './options.js'
import { framesOf, stateOf } from './stacks.js'
import { traceCpuSample, traceCpuSample_Event } from './ztrace.js'

/** Milliseconds after which samples are reported. */
const maxProfileTime = 500
/** Frames of a stack. */
const maxFrames = 128

connectOnce('cpu', [traceCpuSample_Event], () => {
	const ran = new RunHistory()
	let stop: () => void
	try {
		stop = consumeSamples({
			interval: cpuInterval(),
			longest: maxProfileTime,
			ends: () => false,
			take: profile => {
				report(profile, ran)
				ran.clear()
			},
		})
	} catch (error) {
		warn(error)
		return () => {}
	}
	runs.kept = ran
	return () => {
		stop()
		runs.kept = null
	}
})

/** Where the inspector cannot be used. Once. */
let hasWarned = false

function warn(error: unknown): void {
	if (hasWarned) return
	hasWarned = true
	process.emitWarning(`CPU samples are not recorded: ${error instanceof Error ? error.message : String(error)}`, {
		type: 'TraceWarning',
		code: 'TSGOTRACE_CPU',
	})
}

function report({ nodes, samples = [], timeDeltas = [], startTime, endTime }: CpuProfile, ran: RunHistory): void {
	const byId = new Map(nodes.map(node => [node.id, node]))
	const stacks = framesOf(nodes, maxFrames)
	const now = microsecondsAt(performance.now())
	// Also of a program that asks for samples in the middle of a run.
	const running = runs.now?.() ?? null
	let at = startTime
	for (const [i, id] of samples.entries()) {
		at += timeDeltas[i] ?? 0
		const leaf = byId.get(id)
		if (leaf === undefined || leaf.callFrame.functionName === '(idle)') continue
		const next = i + 1 < samples.length ? at + timeDeltas[i + 1]! : Math.min(endTime, at + samplingInterval())
		const ms = millisecondsAt(at)
		const task = running !== null && ms >= running.began ? running.task : ran.at(ms)
		traceCpuSample(
			rounded(Math.max(0, next - at) / 1000, 0.001),
			stacks(leaf),
			task?.id ?? 0,
			task?.name ?? '',
			stateOf(leaf.callFrame.functionName),
			Math.max(0, now - at) / 1000,
		)
	}
}
