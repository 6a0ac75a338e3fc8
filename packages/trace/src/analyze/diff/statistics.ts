// Quantiles with their errors, by a block bootstrap over time: values that are close in time are correlated, and must
// not be counted as if they were independent.

/** Values of one run, in order of time. */
export type Values = Float64Array

/** The logarithm of a quantile, and its standard error. */
export interface QuantileEstimate {
	readonly value: number
	readonly error: number
	/** Degrees of freedom of the error. */
	readonly freedom: number
	/**
	 * All resampled values lie between these, except one in eighty on either side. The standard error does not show large
	 * gaps between values.
	 */
	readonly low: number
	readonly high: number
}

const draws = 400
const maxPieces = 16
/** Fewer values do not determine a spread. */
const minInPiece = 4
/** Maximum number of values of a run. Of more, every n-th is used. */
const maxValues = 20_000
/** From this number of runs on, whole runs are resampled. */
const minRuns = 5

class Random {
	#state = 0x9e3779b9

	/** A random integer from 0 to `below` - 1. */
	next(below: number): number {
		let x = this.#state
		x ^= x << 13
		x ^= x >>> 17
		x ^= x << 5
		this.#state = x
		return (x >>> 0) % below
	}
}

/** Minimum number of values beyond a quantile for an estimate of it. */
const minBeyond = 5

/** Estimates of quantiles, each a share from 0 to 1, of all runs together. Null where there are too few values. */
export function estimate(runs: readonly Values[], shares: readonly number[]): readonly (QuantileEstimate | null)[] {
	const pieces = piecesOf(runs.map(thinned))
	if (pieces.length < 4) return shares.map(() => null)
	const total = pieces.reduce((sum, piece) => sum + piece.length, 0)
	const values = new Float64Array(total)
	const homes = new Uint16Array(total)
	const order = pieces
		.flatMap((piece, home) => Array.from(piece, value => ({ value, home })))
		.sort((a, b) => a.value - b.value)
	for (const [i, { value, home }] of order.entries()) {
		values[i] = value
		homes[i] = home
	}
	const random = new Random()
	const all = quantiles(values, homes, new Float64Array(pieces.length).fill(1), pieces, shares)
	const drawn = shares.map(() => new Float64Array(draws))
	for (let n = 0; n < draws; n++) {
		const weights = new Float64Array(pieces.length)
		for (let i = 0; i < pieces.length; i++) weights[random.next(pieces.length)]!++
		for (const [i, value] of quantiles(values, homes, weights, pieces, shares).entries()) drawn[i]![n] = value
	}
	// The blocks vary a little less than the population that they sample.
	const correction = pieces.length / (pieces.length - 1)
	return all.map((value, i) => {
		const beyond = Math.floor((1 - shares[i]!) * total)
		if (beyond < minBeyond) return null
		const sorted = drawn[i]!.sort()
		const mean = sorted.reduce((sum, x) => sum + x, 0) / draws
		const variance = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws
		const edge = Math.round(draws / 80)
		return {
			value,
			error: Math.sqrt(variance * correction),
			freedom: Math.min(pieces.length - 1, beyond),
			low: sorted[edge]!,
			high: sorted[draws - 1 - edge]!,
		}
	})
}

/** Logarithms of quantiles of values that have the weights of their pieces. */
function quantiles(
	values: Float64Array,
	homes: Uint16Array,
	weights: Float64Array,
	pieces: readonly Values[],
	shares: readonly number[],
): number[] {
	const total = pieces.reduce((sum, piece, i) => sum + piece.length * weights[i]!, 0)
	const found: number[] = []
	let passed = 0
	let at = 0
	for (const share of shares) {
		const goal = share * total
		while (at < values.length - 1 && passed + weights[homes[at]!]! < goal) passed += weights[homes[at++]!]!
		found.push(Math.log(Math.max(1, values[at]!)))
	}
	return found
}

function thinned(values: Values): Values {
	if (values.length <= maxValues) return values
	const step = values.length / maxValues
	return Float64Array.from({ length: maxValues }, (_, i) => values[Math.floor(i * step)]!)
}

/** The runs, if there are several; otherwise consecutive blocks of them. */
function piecesOf(runs: readonly Values[]): Values[] {
	const full = runs.filter(run => run.length > 0)
	if (full.length >= minRuns) return [...full]
	return full.flatMap(run => {
		const count = Math.min(maxPieces, Math.floor(run.length / minInPiece))
		return Array.from({ length: count }, (_, i) =>
			run.subarray(Math.floor((i * run.length) / count), Math.floor(((i + 1) * run.length) / count)),
		)
	})
}

/** The two-sided quantile of Student's distribution for `alpha`, by its expansion around the normal distribution. */
export function student(alpha: number, freedom: number): number {
	const z = normal(1 - alpha / 2)
	const n = Math.max(1, freedom)
	const z3 = z ** 3
	const z5 = z ** 5
	const z7 = z ** 7
	return (
		z +
		(z3 + z) / (4 * n) +
		(5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
		(3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
	)
}

/** The quantile of the normal distribution, by bisection of its distribution function. */
function normal(share: number): number {
	let low = -9
	let high = 9
	for (let i = 0; i < 60; i++) {
		const middle = (low + high) / 2
		if (below(middle) < share) low = middle
		else high = middle
	}
	return (low + high) / 2
}

/** The distribution function of the normal distribution, by its series. */
function below(x: number): number {
	if (x < -8) return 0
	if (x > 8) return 1
	let sum = x
	let term = x
	for (let i = 1; i < 200; i++) {
		term *= (x * x) / (2 * i + 1)
		sum += term
	}
	return 0.5 + sum * Math.exp((-x * x) / 2 - 0.5 * Math.log(2 * Math.PI))
}
