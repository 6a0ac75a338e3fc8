import { originals } from '../platform/originals.js'
import { placeText } from '../platform/text.js'
import type { Executor } from './execute.js'
import type { Deviation, Step } from './schedule.js'

/** Where two executions of one schedule have gone different ways. */
export interface Difference {
	/** How many decisions were the same. */
	readonly decision: number
	/** What came next in each of them: `ann: traceQuery('get') src/store.ts:10`, or that it was over. */
	readonly ways: readonly [string, string]
}

/** How often, and for how many milliseconds, a schedule is executed to see a difference. */
const max = 10
const ms = 1000

/**
 * Execute a schedule again and again, in detail, until two executions go different ways.
 *
 * @returns undefined if that has not happened
 */
export async function differenceOf(
	executor: Executor,
	deviations: readonly Deviation[],
): Promise<Difference | undefined> {
	const first = await executor.execute(deviations, { detail: true })
	const start = originals.now()
	for (let i = 1; i < max && originals.now() - start < ms; i++) {
		const other = await executor.execute(deviations, { detail: true })
		const decision = firstOther(first.hashes, other.hashes)
		if (decision === undefined) continue
		const at = firstOther(first.steps.map(stepText), other.steps.map(stepText))
		if (at !== undefined) return { decision, ways: [stepText(first.steps[at]), stepText(other.steps[at])] }
	}
	return undefined
}

function firstOther(one: readonly unknown[], other: readonly unknown[]): number | undefined {
	for (let i = 0; i < Math.max(one.length, other.length); i++) if (one[i] !== other[i]) return i
	return undefined
}

function stepText(step: Step | undefined): string {
	if (step === undefined) return 'the end'
	return `${step.task}: ${step.text}${step.place === undefined ? '' : ` ${placeText(step.place)}`}`
}
