import type { Schedule, Step } from '../explore/schedule.js'
import { count, duration, placeText, thousands } from '../platform/text.js'

/** What a search has done, and found. */
export interface SearchReport {
	readonly name: string
	/** Executions, those that shrank a failing schedule not included. */
	readonly runs: number
	/** Milliseconds of real time. */
	readonly ms: number
	/**
	 * What was explored: `exhaustive: all 8 schedules`,
	 * `all schedules with ≤ 2 delays (1,260), and sampled 500 schedules (PCT depth 3, seed 1)`.
	 */
	readonly claim: string
	/** If none failed: why this may show less than one thinks, such as that there was nothing to choose. */
	readonly warnings: readonly string[]
	/** The failing schedule; undefined if none failed. */
	readonly failure: Failure | undefined
	/** The schedule that failed, or that was replayed. */
	readonly schedule: Schedule | undefined
}

/** A failing schedule. */
export interface Failure {
	/** What the body threw, or what was wrong at its end. Its message contains the schedule and how to replay it. */
	readonly error: Error
	/** For the environment variable `TRACETEST`. */
	readonly token: string
	/** Whether no schedule with fewer delays and actions fails in this way: all were executed. */
	readonly fewest: boolean
	/** Whether the failure came again when the schedule was executed again, and will with the token. */
	readonly replays: boolean
}

/** How many lines of a timeline are shown. */
const max = 40

/**
 * The steps of a schedule, one line for each turn of a task.
 *
 * @param full whether the arguments of events are shown in full: else as short as a line with several events needs it
 * @example
 * import { explore, timeline } from '@tsgotrace/tracetest'
 *
 * const { schedule } = await explore(async t => {
 * 	await t.go('A', () => {
 * 		throw new Error('to see how it comes to this')
 * 	})
 * })
 * if (schedule) console.log(timeline(schedule, { full: true }))
 */
export function timeline({ steps }: Schedule, { full = false }: { readonly full?: boolean } = {}): string {
	const groups: Step[][] = []
	for (const step of steps) {
		const group = groups.at(-1)
		if (group !== undefined && group[0]!.task === step.task && !deviates(step) && group[0]!.kind !== 'hold')
			group.push(step)
		else groups.push([step])
	}
	const width = Math.max(0, ...groups.map(group => group[0]!.task.length))
	const lines = groups.map(group => line(group, width, full))
	if (lines.length <= max) return lines.join('\n')
	const deviating = [...groups.keys()].filter(i => deviates(groups[i]![0]!))
	// What could not be shrunk may deviate everywhere: then the first and the last of them must do.
	const chosen = deviating.length > 8 ? [...deviating.slice(0, 4), ...deviating.slice(-4)] : deviating
	const important = new Set(chosen.flatMap(i => Array.from({ length: 6 }, (_, near) => i - 2 + near)))
	const shown: string[] = []
	let hidden = 0
	lines.forEach((text, i) => {
		if (i < 3 || i >= lines.length - 12 || important.has(i)) {
			if (hidden > 0) shown.push(`    … ${count(hidden, 'line')} …`)
			hidden = 0
			shown.push(text)
		} else hidden++
	})
	return shown.join('\n')
}

/** Whether a deviation was applied here. */
function deviates({ kind, delayed }: Step): boolean {
	return delayed.length > 0 || kind === 'action' || kind === 'hold'
}

function line(group: readonly Step[], width: number, full: boolean): string {
	const [first] = group
	const mark = first!.kind === 'action' ? '!' : deviates(first!) ? '▶' : ' '
	const parts: string[] = []
	let times = 0
	group.forEach((step, i) => {
		times++
		const next = group[i + 1]
		if (next !== undefined && textOf(next, full) === textOf(step, full)) return
		parts.push(step.kind === 'time' ? timeText(step, times) : `${textOf(step, full)}${times === 1 ? '' : ` ×${times}`}`)
		times = 0
	})
	const shown = parts.length > 6 ? [...parts.slice(0, 3), `… ${parts.length - 5} more …`, ...parts.slice(-2)] : parts
	const notes = first!.delayed.length > 0 ? `   DELAYED here: ${(first!.delayedAt ?? first!.delayed).join(', ')}` : ''
	return `  ${mark} ${first!.task.padEnd(width)}  ${shown.join(' → ')}${notes}`
}

function textOf(step: Step, full: boolean): string {
	if (step.kind === 'action') return actionText(step)
	const call = full ? step.text : (step.brief ?? step.text)
	const text = step.kind === 'hold' ? `HELD at ${call === 'start' ? 'its start' : call}` : call
	return step.place === undefined ? text : `${text} ${placeText(step.place)}`
}

/** Time passes in steps, in each of which one timer fires. */
function timeText({ text }: Step, timers: number): string {
	return `${text.replace(/^→ /, '')}: ${timers === 1 ? 'a timer fires' : `${count(timers, 'timer')} fire`}`
}

/** The schedule, as the messages of failures have it; undefined if nothing happened in it. */
export function scheduleText(schedule: Schedule | undefined, full: boolean): string | undefined {
	if (schedule === undefined || schedule.steps.length === 0) return undefined
	return `schedule, one line for each turn of a task:\n${timeline(schedule, { full })}`
}

function actionText({ after = 0, where }: Step): string {
	if (where === 'rest') return 'action, while all tasks wait'
	if (after === 0) return 'action, inside of the event'
	return `action, ${count(after, 'microtask')} after ${where === undefined ? 'the event' : 'a callback of Node'}`
}

/** What is added to the message of a failure. */
export function explanation(
	report: Omit<SearchReport, 'failure' | 'warnings' | 'claim'> & { readonly explored: string },
	failure: Omit<Failure, 'error'> & { readonly passed: boolean },
	command: string,
	full: boolean,
): string {
	const { runs, ms, schedule } = report
	const steps = scheduleText(schedule, full)
	// How fast a handful was says nothing.
	const speed = runs >= 100 && ms > 0 ? `, ${thousands(Math.round(runs / (ms / 1000)))} runs/s` : ''
	return [
		`found in ${count(runs, 'schedule')}, ${duration(ms)}${speed}${schedule === undefined ? '' : `: ${cost(schedule, failure.fewest)}`}`,
		...(runs > 1 ? [`explored: ${report.explored}`] : []),
		...(steps === undefined ? [] : ['', steps]),
		'',
		again(failure, command, schedule?.order === 'plain' && schedule.delays + schedule.actions === 0),
	].join('\n')
}

function again(
	{ token, replays, passed }: Omit<Failure, 'error'> & { readonly passed: boolean },
	command: string,
	first: boolean,
): string {
	if (passed)
		return `it passed before under the same schedule: the body is not deterministic, or there is state that an execution leaves to the next
hint: the body must make all its state itself, each time; is there some outside of it, or in a module?`
	if (!replays && first)
		return `it did not fail again in this process: the body is not deterministic, or a module keeps what the first execution has made, such as a cache
in a fresh process: TRACETEST=${token} ${command}`
	if (!replays) return 'it did not fail again under the same schedule: the body is not deterministic'
	return `replay: TRACETEST=${token} ${command}`
}

function cost({ order, delays, actions }: Schedule, fewest: boolean): string {
	if (delays + actions === 0)
		return order === undefined
			? 'the default one, without a delay'
			: `the undisturbed execution, ${order === 'plain' ? 'which fails without a search too' : 'with events listened to'}`
	const parts = [...(delays > 0 ? [count(delays, 'delay')] : []), ...(actions > 0 ? [count(actions, 'action')] : [])]
	return `${parts.join(' and ')}${fewest ? '; no fewer fail' : ''}`
}
