// Which tasks are recorded: decided when one begins, and inherited by those that it begins.

/**
 * Which tasks are recorded.
 *
 * - `true`, `false`: all, none.
 * - `{ every: n }`: the first and then each nth.
 * - `{ probability: p }`: each with the probability p.
 * - `{ perSecond: n }`: the first n of a second.
 *
 * With `atLeast: n`, the first n tasks of a second of each name are recorded in any case.
 */
export type TaskSampling =
	| boolean
	| (({ readonly every: number } | { readonly probability: number } | { readonly perSecond: number }) & {
			readonly atLeast?: number
	  })

/** Decides about one task. */
export type Decide = (name: string) => boolean

/** Maximum number of distinct names; all others count as one. */
export const maxNames = 1000

const kinds = ['every', 'probability', 'perSecond'] as const

/**
 * Makes what decides.
 *
 * @param now milliseconds
 * @throws TypeError, RangeError for an invalid rule
 */
export function decider(
	rule: TaskSampling,
	now: () => number = () => performance.now(),
	random: () => number = Math.random,
): Decide {
	if (typeof rule === 'boolean') return () => rule
	const given: unknown = rule
	const kind = typeof given === 'object' && given !== null ? kinds.filter(known => known in given) : []
	const unknown =
		typeof given === 'object' && given !== null
			? Object.keys(given).find(key => key !== 'atLeast' && !kinds.includes(key as never))
			: 'x'
	if (kind.length !== 1 || unknown !== undefined)
		throw new TypeError(
			`must be true, false, { every }, { probability } or { perSecond }, perhaps with atLeast, not ${JSON.stringify(rule)}`,
		)
	const value = (rule as Record<string, unknown>)[kind[0]!]
	const { atLeast } = rule
	if (atLeast !== undefined) check('atLeast', atLeast, 1, 1e9, true)
	const usual = usually(kind[0]!, value, now, random)
	return atLeast === undefined ? usual : guaranteed(usual, atLeast, now)
}

/** As text: `every 10, at least 1 per second of each name`. */
export function textOf(rule: TaskSampling): string {
	if (typeof rule === 'boolean') return rule ? 'all' : 'none'
	const text =
		'every' in rule
			? `every ${rule.every}`
			: 'probability' in rule
				? `probability ${rule.probability}`
				: `${rule.perSecond} per second`
	return rule.atLeast === undefined ? text : `${text}, at least ${rule.atLeast} per second of each name`
}

function usually(kind: (typeof kinds)[number], value: unknown, now: () => number, random: () => number): Decide {
	if (kind === 'probability') {
		const p = check(kind, value, 0, 1, false)
		return () => random() < p
	}
	const n = check(kind, value, 1, 1e9, true)
	if (kind === 'perSecond') {
		const count = perSecond(now)
		return () => count() <= n
	}
	let left = 0
	return () => {
		left = left === 0 ? n - 1 : left - 1
		return left === n - 1
	}
}

/** Of each name the first `n` of a second, and those of the others that `usual` takes. */
function guaranteed(usual: Decide, n: number, now: () => number): Decide {
	const counts = new Map<string, () => number>()
	return name => {
		// Each is counted by the rule, so that it takes as many as without the guarantee.
		const isTaken = usual(name)
		let count = counts.get(name)
		if (count === undefined) {
			if (counts.size >= maxNames) return isTaken
			counts.set(name, (count = perSecond(now)))
		}
		return count() <= n || isTaken
	}
}

/** The number of a call in its second, from 1 on. */
function perSecond(now: () => number): () => number {
	let second = Number.NaN
	let count = 0
	return () => {
		const current = Math.floor(now() / 1000)
		if (current !== second) {
			second = current
			count = 0
		}
		return ++count
	}
}

function check(name: string, value: unknown, min: number, max: number, integer: boolean): number {
	if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))) return value
	throw new RangeError(
		`${name} must be ${integer ? 'an integer' : 'a number'} from ${min} to ${max}, not ${JSON.stringify(value)}`,
	)
}
