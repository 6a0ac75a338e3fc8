// What following tasks costs, and how exactly they are followed for that.

/** How exactly tasks are followed, the most exact first. */
export const levels = ['exact', 'coarse', 'tasks', 'off'] as const
export type FollowLevel = (typeof levels)[number]

/** Seconds below the budget after which the next more exact level is tried; doubled when it was too much. */
const minPatience = 10
const maxPatience = 640
/** The next level is tried below this part of the budget: it costs more. */
const lowShare = 0.4
/** Minimum busy time of the thread for a measurement, in milliseconds. */
const minBusy = 20

/** Decides on levels, by what each second costs. */
export class Budget {
	level: FollowLevel
	readonly #requested: FollowLevel
	readonly #budget: number
	#patience = minPatience
	#calm = 0
	/** Seconds since a level was tried. */
	#tried = Number.POSITIVE_INFINITY

	/**
	 * @param budget share of the time in which the thread is busy
	 * @param requested what was asked for
	 */
	constructor(budget: number, requested: FollowLevel) {
		this.#budget = budget
		this.#requested = this.level = requested
	}

	/**
	 * A second has passed.
	 *
	 * @param cost milliseconds that following tasks took
	 * @param busy milliseconds in which the thread was busy
	 * @returns why the level has changed; null if it has not
	 */
	second(cost: number, busy: number): string | null {
		this.#tried++
		if (busy < minBusy) return null
		const share = cost / busy
		const at = levels.indexOf(this.level)
		if (share > this.#budget) {
			this.#calm = 0
			if (at === levels.length - 1) return null
			if (this.#tried <= 2) this.#patience = Math.min(maxPatience, this.#patience * 2)
			this.level = levels[at + 1]!
			return `budget: it cost ${percent(share)} of the busy time, more than ${percent(this.#budget)}`
		}
		this.#calm = share < this.#budget * lowShare ? this.#calm + 1 : 0
		if (this.level === this.#requested || this.#calm < this.#patience) return null
		this.#calm = 0
		this.#tried = 0
		this.level = levels[at - 1]!
		return `budget: it cost ${percent(share)} of the busy time for ${this.#patience} s`
	}
}

function percent(share: number): string {
	return `${(share * 100).toPrecision(2)} %`
}
