import type { ArgumentFilter } from '../protocol.js'
import type { Store } from './store.js'

/**
 * The intervals with certain arguments, with what is within them and what they are in.
 *
 * @returns by interval: whether it is one of these; and how many have the arguments themselves
 */
export async function withArguments(
	store: Store,
	filters: readonly ArgumentFilter[],
): Promise<{ readonly isIn: Uint8Array; readonly count: number }> {
	const { detail, depth, end, lanes } = store.columns
	const isIn = new Uint8Array(detail.length)
	const intervalOf = new Uint32Array(detail.length)
	for (let i = 0; i < detail.length; i++) intervalOf[detail[i]!] = i
	let count = 0
	for (let chunk = 0; chunk < store.chunks; chunk++) {
		const text = await store.chunkText(chunk)
		// Most chunks have no such argument, and need not be parsed.
		if (!filters.every(({ name }) => text.includes(JSON.stringify(name)))) continue
		for (const [n, one] of (JSON.parse(text) as unknown[]).entries()) {
			const sets = (Array.isArray(one) ? [one[0], one[1]] : [one]) as (Readonly<Record<string, unknown>> | null)[]
			const has = ({ name, value }: ArgumentFilter): boolean =>
				sets.some(args => args !== null && Object.hasOwn(args, name) && textOf(args[name]) === value)
			if (!filters.every(has)) continue
			const i = intervalOf[chunk * store.header.detailsPerChunk + n]!
			isIn[i] = 1
			count++
			const lane = store.laneOf(i)
			for (let inner = i + 1; inner < lanes[lane + 1]! && depth[inner]! > depth[i]!; inner++) isIn[inner] = 1
			for (let outer = i - 1, below = depth[i]!; outer >= lanes[lane]! && below > 0; outer--) {
				if (depth[outer]! >= below || end[outer]! < end[i]!) continue
				isIn[outer] = 1
				below = depth[outer]!
			}
		}
	}
	return { isIn, count }
}

/** An argument as it is typed. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value)
}
