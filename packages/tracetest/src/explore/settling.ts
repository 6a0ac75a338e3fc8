import { census } from '../platform/census.js'
import { originals } from '../platform/originals.js'
import { use } from '../platform/resource.js'
import type { World } from '../world/world.js'

/** Limits of one execution. */
export interface ExecutionLimits {
	/** Decisions, after which it is taken for one that never ends. */
	readonly steps: number
	/** How long a decision waits for timers and handles, in milliseconds of real time. */
	readonly settle: number
	/** How long it waits for requests, which end by themselves. */
	readonly deadTime: number
	/**
	 * An execution of the same schedule has waited for the dead time without result, or has found a proof: then none waits
	 * so long again, and where there was no proof, none looks for one.
	 */
	readonly hung?: 'proved' | 'unproved' | undefined
}

/** Between two looks, in milliseconds. */
const longestPause = 5
/**
 * What counts of the time between two looks, in milliseconds. In more of it the process did not run: what is alive had
 * no chance to come to an end, and a claim would say on a busy machine that it stayed alive.
 */
const longestGap = 4 * longestPause

/** How long an execution waits for timers, handles and requests that are alive, before it decides without them. */
export class Settling {
	/** Kinds of resources that stayed alive while a decision had to be made. */
	readonly uncontrolled: Set<string> = new Set()
	/** How often it has waited without result. */
	settles = 0
	readonly #world: World
	readonly #limits: ExecutionLimits
	/** When it was last looked at in this wait, in real time. */
	#looked: number | undefined
	/** For how long this wait lasts. */
	#wait = 0
	/** Whether this execution has waited at all. */
	#waited = false
	/** What the census said when that was looked at. */
	#changes = 0

	constructor(world: World, limits: ExecutionLimits) {
		this.#world = world
		this.#limits = limits
	}

	/**
	 * Whether all that is alive has had its time: we decide without it, and do not wait for it again unless it is used.
	 * @param width how many choices there are
	 */
	isOver(width: number): boolean {
		const now = originals.now()
		const changes = census.activity(this.#world)
		// A body that expects no event may go on for as long as it does something.
		if (
			this.#looked === undefined ||
			(width === 0 && this.#changes !== changes && this.#world.streams.receivers.length === 0)
		)
			this.#wait = 0
		else this.#wait += Math.min(now - this.#looked, longestGap)
		this.#looked = now
		this.#changes = changes
		const waited = this.#wait
		const { settle, hung } = this.#limits
		const deadTime = hung !== undefined ? Math.min(settle, this.#limits.deadTime) : this.#limits.deadTime
		// What an earlier execution has closed is gone a turn of the event loop later.
		const before = this.#waited
		this.#waited = true
		if (!before) return false
		// With no task left that can continue, only what is alive can help.
		if (width === 0 && waited < deadTime) return false
		const alive = census.alive(this.#world)
		for (const resource of alive)
			if (resource.idle !== use(resource) && waited < (resource.kind === 'request' ? deadTime : settle)) return false
		if (waited >= settle) this.settles++
		for (const resource of alive) {
			resource.idle = use(resource)
			this.uncontrolled.add(resource.type)
		}
		return true
	}

	/** Milliseconds until the next look. */
	get pause(): number {
		return this.#wait < 2 ? 0 : Math.min(longestPause, this.#wait / 10)
	}

	/** A decision is made: the next wait begins anew. */
	end(): void {
		this.#looked = undefined
	}
}
