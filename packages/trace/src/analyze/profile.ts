// Waits of tasks, with their places, as profiles for `go tool pprof`.
import type { Profile } from 'pprof-format'
import { type Frame, frameOfSite, ProfileBuilder } from '../format/pprof.js'
import { type SliceBatch, slicesOf, type TraceBatches } from '../slices.js'
import { Analysis } from './facts/analysis.js'
import { sharesOf } from './facts/sites.js'
import type { ProfileKind } from './profilekinds.js'

export { type ProfileKind, profileKinds } from './profilekinds.js'

/**
 * Collects the time of tasks for a profile: by task, by state, and by the place of the wait if places were recorded.
 * Because these are a sample, the time of a task and reason is divided in proportion to its sample.
 */
export class StateProfile {
	readonly #analysis: Analysis = new Analysis()
	readonly #kind: ProfileKind

	constructor(kind: ProfileKind) {
		this.#kind = kind
	}

	/** Whether states were recorded at all: without them, the profile is empty. */
	get known(): boolean {
		return this.#analysis.states.known
	}

	/** Add the next batch: those of `slicesOf(trace)`, to the last one. */
	take(batch: SliceBatch): void {
		this.#analysis.take(batch)
	}

	/** The profile of all tasks that have ended. */
	build(wallStart: bigint | null): Profile {
		const { groups, quality, states } = this.#analysis
		this.#analysis.end()
		const builder = new ProfileBuilder([{ name: 'time', unit: 'nanoseconds' }])
		const sites = [...states.sites.values()]
		for (const { name, states: totals } of groups.all('task')) {
			if (totals === null) continue
			const root: Frame = { name, file: '', line: 0 }
			const add = (frames: readonly Frame[], time: number, state: string): void => {
				if (time > 0) builder.add([...frames, root], [time], { task: name, state })
			}
			if (this.#wants('run')) add([{ name: 'running', file: '', line: 0 }], totals.running, 'run')
			if (this.#wants('sched')) add([{ name: 'runnable', file: '', line: 0 }], totals.runnable, 'sched')
			for (const [reason, time] of totals.waits) {
				if (!this.#wants(reason)) continue
				const wait: Frame = { name: `waiting for ${reason}`, file: '', line: 0 }
				const shares = sharesOf(sites, reason, name)
				if (shares.length === 0) add([wait], time, reason)
				for (const { site, share } of shares) add([frameOfSite(site), wait], time * share, reason)
			}
		}
		const { first, last } = quality
		const duration = last > first ? last - first : 0
		const start = wallStart === null || duration === 0 ? 0n : wallStart + BigInt(Math.round(first))
		return builder.build({ start, duration, usual: 'time' })
	}

	#wants(kind: string): boolean {
		return this.#kind === 'all' || this.#kind === kind
	}
}

/** The profile of a whole trace. */
export async function stateProfile(trace: TraceBatches, kind: ProfileKind = 'all'): Promise<Profile> {
	const profile = new StateProfile(kind)
	for await (const batch of slicesOf(trace).batches()) profile.take(batch)
	return profile.build(trace.wallStart)
}
