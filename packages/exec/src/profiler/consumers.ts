// One profiler of V8 for all that needs samples of this thread: several would interrupt it as many times as often.
import { repeatedly } from '../thread/ticker.js'
import { type CpuProfile, Profiler } from './profiler.js'

/** Who uses samples. */
export interface SampleConsumer {
	/** Microseconds between two samples, at most. */
	readonly interval: number
	/** Milliseconds that a profile may last. */
	readonly longest: number
	/** Whether the profile that runs should end now. Asked about each 100 ms, in a turn of the event loop. */
	ends(): boolean
	/** A profile has ended. Each is handed to all, one after the other without a gap. */
	take(profile: CpuProfile): void
}

const all = new Set<SampleConsumer>()
let profiler: Profiler | null = null
let interval = 0
let began = 0
let stopTicking = (): void => {}

/**
 * Sample this thread while there is a user of the samples. The first start stops the thread for some tens of
 * milliseconds.
 *
 * @returns a function that ends it
 * @throws what the inspector throws where it cannot be used, as under the permission model
 */
export function consumeSamples(consumer: SampleConsumer): () => void {
	all.add(consumer)
	try {
		adjust()
	} catch (error) {
		all.delete(consumer)
		throw error
	}
	return () => {
		if (!all.has(consumer)) return
		rotate()
		all.delete(consumer)
		adjust()
	}
}

/** Hand over all samples that there are. */
export function fetchSamples(): void {
	if (profiler !== null) rotate()
}

/** Microseconds between two samples; 0 while nothing is sampled. */
export function samplingInterval(): number {
	return interval
}

function adjust(): void {
	const wanted = all.size === 0 ? 0 : Math.min(...[...all].map(one => one.interval))
	if (wanted === interval) return
	const isFirst = profiler === null
	if (!isFirst) {
		rotate()
		profiler?.stop()
		profiler = null
	}
	interval = 0
	if (wanted === 0) return stopTicking()
	profiler = new Profiler(wanted)
	interval = wanted
	began = performance.now()
	if (isFirst) stopTicking = begin()
}

function begin(): () => void {
	// Before other listeners: a recorder writes its last packet in one of those.
	process.prependListener('exit', fetchSamples)
	const stop = repeatedly(tick)
	return () => {
		process.removeListener('exit', fetchSamples)
		stop()
	}
}

function tick(): void {
	const age = performance.now() - began
	for (const one of all) if (one.ends() || age >= one.longest) return rotate()
}

function rotate(): void {
	began = performance.now()
	profiler?.rotate(profile => {
		for (const one of all) one.take(profile)
	})
}
