// Durations, counted in buckets that are 1/16 of a power of two apart: a quantile is right to 2.2 %.

const perOctave = 16
/** From 1 microsecond to 12 days. */
const octaves = 40
const minDuration = 1e-3
export const bucketCount: number = perOctave * octaves

/** The bucket of a duration in milliseconds. */
export function bucketOf(ms: number): number {
	if (!(ms > minDuration)) return 0
	return Math.min(bucketCount - 1, Math.round(Math.log2(ms / minDuration) * perOctave))
}

/** The duration, in milliseconds, in the middle of a bucket. */
export function durationOf(bucket: number): number {
	return minDuration * 2 ** (bucket / perOctave)
}

/**
 * A quantile of durations.
 *
 * @param pairs a bucket and a count, in turns
 * @param q from 0 to 1
 * @returns milliseconds; null if there are none
 */
export function quantile(pairs: readonly number[], q: number): number | null {
	const sorted: (readonly [bucket: number, count: number])[] = []
	let total = 0
	for (let i = 0; i < pairs.length; i += 2) {
		sorted.push([pairs[i]!, pairs[i + 1]!])
		total += pairs[i + 1]!
	}
	if (total === 0) return null
	sorted.sort(([a], [b]) => a - b)
	let left = Math.max(1, Math.ceil(q * total))
	for (const [bucket, n] of sorted) {
		left -= n
		if (left <= 0) return durationOf(bucket)
	}
	return durationOf(sorted.at(-1)![0])
}
