/**
 * Numbers the sequences of several inputs: the number in the packets, unless another recording uses it. The segments of
 * a recording share one number, so the totals of two recordings are not mixed up.
 */
export class Numbering {
	readonly #known = new Map<string, number>()
	readonly #recordings = new Map<number, number>()

	of(id: number, recording: string): number {
		const key = `${id} ${recording}`
		const known = this.#known.get(key)
		if (known !== undefined) return known
		const before = this.#recordings.get(id) ?? 0
		const number = id + before * 65_536
		this.#recordings.set(id, before + 1)
		this.#known.set(key, number)
		return number
	}
}
