import { context } from '../platform/context.js'
import { originals } from '../platform/originals.js'
import { Spin } from '../platform/spin.js'
import { deadlock } from './over.js'
import type { World } from './world.js'

/** After how many continuations in a row the clock is read. */
const many = 100_000

/** How many promises are recorded of a body that spins, to report at which await it does. */
const recorded = 1000

/**
 * Ends the process when a body of `run` polls by microtasks alone, as `while (!done) await null` does: no timer fires
 * then, so that neither the runner's time-out nor {@link Monitor} can end it.
 */
export class Spinning {
	readonly #world: World
	readonly #spin = new Spin(many, () => this.#reached())
	readonly #stop: () => void
	/** Since when microtasks have run without a pause, as far as it is known. */
	#since: number | undefined

	constructor(world: World) {
		this.#world = world
		this.#stop = context.watch(this.#spin)
	}

	/** Something else than microtasks has run. */
	paused(): void {
		this.#spin.count = 0
		this.#spin.limit = many
		this.#since = undefined
	}

	stop(): void {
		this.#stop()
	}

	#reached(): void {
		this.#spin.count = 0
		const now = originals.now()
		this.#since ??= now
		const { timeout } = this.#world.settings
		if (now - this.#since < timeout) return
		if (this.#spin.limit === many) {
			this.#spin.limit = recorded
			this.#world.suspended?.start()
			return
		}
		this.stop()
		deadlock(this.#world, { proved: false, ms: timeout, ended: 'spins' }, this.#world.streams.receivers[0])
		// In a hook of V8: Node takes it for an uncaught error.
		const { failure } = this.#world
		if (failure !== undefined) throw failure
	}
}
