import { census } from '../platform/census.js'
import { originals } from '../platform/originals.js'
import { type Moment, rest } from './moment.js'

/** How many microtasks after each moment something may happen: actions are injected, and held tasks go on. */
export class MicrotaskOffers {
	readonly #most: number
	readonly #rooms: number[]
	/** Microtasks since the execution began, counted for as long as the number is needed. */
	#round = 0
	#counts = 0
	/** Of the last moment, while no callback has come since. */
	#last: { readonly at: number; readonly round: number } | undefined

	/**
	 * @param most the highest number
	 * @param rooms gets the number for each moment
	 */
	constructor(most: number, rooms: number[]) {
		this.#most = most
		this.#rooms = rooms
	}

	/** The moment `at`. Between two moments each microtask is offered once: after the first of them. */
	moment(kind: Moment, at: number): void {
		const last = this.#last
		if (last !== undefined) this.#rooms[last.at] = Math.min(this.#most, this.#round - last.round)
		this.#rooms.push(kind === rest ? 0 : this.#most)
		this.#last = kind === rest ? undefined : { at, round: this.#round }
		if (kind !== rest) this.#count()
	}

	/** Count microtasks, for as many as may be asked for. */
	#count(): void {
		const counting = this.#counts > 0
		this.#counts = this.#most + 1
		if (counting) return
		const round = (): void => {
			this.#round++
			if (--this.#counts > 0) originals.microtask(round)
		}
		census.untracked(() => originals.microtask(round))
	}
}
