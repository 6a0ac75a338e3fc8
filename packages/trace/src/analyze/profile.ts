// Waits of tasks with their places, and samples of the processor, as profiles for `go tool pprof`.
import type { Profile } from 'pprof-format'
import { type Frame, frameOfSite, ProfileBuilder } from '../format/pprof.js'
import { type SliceBatch, slicesOf, type TraceBatches } from '../slices.js'
import { CpuSamples } from './cpuprofile.js'
import { Analysis } from './facts/analysis.js'
import { addStates, noTotals, type StateTotals } from './facts/groups.js'
import type { OpenItem } from './facts/open.js'
import { sharesOf } from './facts/sites.js'
import type { ProfileKind } from './profilekinds.js'

export { type ProfileKind, profileKinds } from './profilekinds.js'

/** Maximum number of different paths of tasks, and of tasks in a path. */
const maxPaths = 10_000
const maxDepth = 100

/** The tasks with the same names above them. */
interface OfPath {
	/** The name of the task, of the one that began it, and so on. */
	readonly names: readonly string[]
	readonly totals: StateTotals
}

/**
 * Collects the time of tasks for a profile: by task, with the tasks above it, by state, and by the place of the wait if
 * places were recorded. Because these are a sample, the time of a task and reason is divided in proportion to its sample.
 * The kind `cpu` has samples of the processor instead, by function and task.
 */
export class StateProfile {
	readonly #analysis: Analysis = new Analysis(open => this.#ended(open))
	readonly #kind: ProfileKind
	readonly #paths = new Map<string, OfPath>()
	readonly #samples: CpuSamples | null

	constructor(kind: ProfileKind) {
		this.#kind = kind
		this.#samples = kind === 'cpu' ? new CpuSamples() : null
	}

	/** Whether what the profile is about was recorded at all: if not, it is empty. */
	get known(): boolean {
		return this.#samples?.known ?? this.#analysis.states.known
	}

	/** Add the next batch: those of `slicesOf(trace)`, to the last one. */
	take(batch: SliceBatch): void {
		this.#analysis.take(batch)
		this.#samples?.take(batch)
	}

	/** The profile: of states, that of all tasks that have ended. */
	build(wallStart: bigint | null): Profile {
		const { quality } = this.#analysis
		this.#analysis.end()
		const { first, last } = quality
		const duration = last > first ? last - first : 0
		const start = wallStart === null || duration === 0 ? 0n : wallStart + BigInt(Math.round(first))
		return this.#samples === null
			? this.#states().build({ start, duration, usual: 'time' })
			: this.#samples.build().build({ start, duration, usual: 'cpu' })
	}

	#states(): ProfileBuilder {
		const builder = new ProfileBuilder([{ name: 'time', unit: 'nanoseconds' }])
		const sites = [...this.#analysis.states.sites.values()]
		for (const { names, totals } of this.#paths.values()) {
			const path = names.map(frameOf)
			const task = names[0]!
			const add = (frames: readonly Frame[], time: number, state: string): void => {
				if (time > 0) builder.add([...frames, ...path], [time], { task, state })
			}
			if (this.#wants('run')) add([frameOf('running')], totals.running, 'run')
			if (this.#wants('sched')) add([frameOf('runnable')], totals.runnable, 'sched')
			for (const [reason, time] of totals.waits) {
				if (!this.#wants(reason)) continue
				const wait = frameOf(`waiting for ${reason}`)
				const shares = sharesOf(sites, reason, task)
				if (shares.length === 0) add([wait], time, reason)
				for (const { site, share } of shares) add([frameOfSite(site), wait], time * share, reason)
			}
		}
		return builder
	}

	#ended(open: OpenItem): void {
		if (open.states === null) return
		const names: string[] = []
		for (let it: OpenItem | null = open; it !== null && names.length < maxDepth; it = it.parent)
			if (it.kind === 'task') names.push(it.group.name)
		addStates(this.#totalsOf(names), open.states, open.end! - open.slice.start)
	}

	/** Of many paths the last ones are those of the task alone. */
	#totalsOf(names: readonly string[]): StateTotals {
		const known = this.#paths.get(names.join('\0'))
		if (known !== undefined) return known.totals
		if (this.#paths.size >= maxPaths && names.length > 1) return this.#totalsOf(names.slice(0, 1))
		const totals = noTotals()
		this.#paths.set(names.join('\0'), { names, totals })
		return totals
	}

	#wants(kind: string): boolean {
		return this.#kind === 'all' || this.#kind === kind
	}
}

function frameOf(name: string): Frame {
	return { name, file: '', line: 0 }
}

/** The profile of a whole trace. */
export async function stateProfile(trace: TraceBatches, kind: ProfileKind = 'all'): Promise<Profile> {
	const profile = new StateProfile(kind)
	for await (const batch of slicesOf(trace).batches()) profile.take(batch)
	return profile.build(trace.wallStart)
}
