/** @param {number[]} values @param {number} q 0 to 1 */
export function quantile(values, q) {
	const sorted = [...values].sort((a, b) => a - b)
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
}

/**
 * The middle and the ends of what several processes measured.
 *
 * @param {number[]} values
 */
export function spread(values) {
	return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** The mean of the middle half. @param {number[]} values */
export function middle(values) {
	const sorted = [...values]
		.sort((a, b) => a - b)
		.slice(Math.floor(values.length / 4), Math.ceil((values.length * 3) / 4))
	return sorted.reduce((sum, value) => sum + value, 0) / sorted.length
}

/** @param {number} value */
export const round = value => Math.round(value * 1000) / 1000
