/**
 * Numbers for the sequences of several inputs: that of the packets, unless another recording has it. The segments of a recording have the same one, and
 * the totals of two recordings are not taken for one.
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
