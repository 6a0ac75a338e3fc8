import type { Schedule, Step } from '../explore/schedule.js'
import { count, duration, placeText, thousands } from '../platform/text.js'

/** What a search has done, and found. */
export interface Report {
	readonly name: string
	/** Executions, those that shrank a failing schedule not included. */
	readonly runs: number
	/** Milliseconds of real time. */
	readonly ms: number
	/** What was explored: `exhaustive: all 8 schedules`, `all schedules with ≤ 2 delays (1,260), and sampled 500 schedules (PCT depth 3, seed 1)`. */
	readonly claim: string
	/** How the schedule failed that did. */
	readonly failure: Failure | undefined
	/** The schedule that failed, or that was replayed. */
	readonly schedule: Schedule | undefined
}

/** A failing schedule. */
export interface Failure {
	/** What the body threw, or what was wrong at its end. Its message tells the schedule and how to replay it. */
	readonly error: Error
	/** For the environment variable `TRACETEST`. */
	readonly token: string
	/** Whether no schedule with fewer delays and actions fails in this way: all were executed. */
	readonly fewest: boolean
	/** Whether the failure came again when the schedule was executed again, and will with the token. */
	readonly replays: boolean
}

/** How many lines of a timeline are shown. */
const most = 40

/** The steps of a schedule, those of one task after the other on one line. */
export function timeline({ steps }: Schedule): string {
	const groups: Step[][] = []
	for (const step of steps) {
		const group = groups.at(-1)
		if (group !== undefined && group[0]!.task === step.task && step.delayed.length === 0 && step.held !== true && step.kind !== 'action')
			group.push(step)
		else groups.push([step])
	}
	const width = Math.max(0, ...groups.map(group => group[0]!.task.length))
	const lines = groups.map(group => line(group, width))
	if (lines.length <= most) return lines.join('\n')
	const deviating = [...groups.keys()].filter(i => groups[i]![0]!.delayed.length > 0 || groups[i]![0]!.kind === 'action')
	// What could not be shrunk may deviate everywhere: then the first and the last of them must do.
	const told = deviating.length > 8 ? [...deviating.slice(0, 4), ...deviating.slice(-4)] : deviating
	const important = new Set(told.flatMap(i => Array.from({ length: 6 }, (_, near) => i - 2 + near)))
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

function line(group: readonly Step[], width: number): string {
	const [first] = group
	const mark = first!.kind === 'action' ? '!' : first!.delayed.length > 0 || first!.held === true ? '▶' : ' '
	const parts: string[] = []
	let times = 0
	group.forEach((step, i) => {
		times++
		const next = group[i + 1]
		if (next !== undefined && textOf(next) === textOf(step)) return
		parts.push(times === 1 ? textOf(step) : `${textOf(step)} ×${times}`)
		times = 0
	})
	const shown = parts.length > 6 ? [...parts.slice(0, 3), `… ${parts.length - 5} more …`, ...parts.slice(-2)] : parts
	// Each step of time begins with an arrow.
	const arrow = first!.kind === 'time' ? '→ ' : ''
	const held = first!.held === true ? '   HELD until here' : ''
	const notes = first!.delayed.length > 0 ? `   DELAYED here: ${first!.delayed.join(', ')}` : held
	return `  ${mark} ${first!.task.padEnd(width)}  ${arrow}${shown.join(' → ')}${notes}`
}

function textOf(step: Step): string {
	if (step.kind === 'action') return actionText(step)
	if (step.kind === 'time') return step.text.replace(/^→ /, '')
	return step.place === undefined ? step.text : `${step.text} ${placeText(step.place)}`
}

/** The schedule, as the messages of failures have it; undefined if nothing happened in it. */
export function scheduleText(schedule: Schedule | undefined): string | undefined {
	if (schedule === undefined || schedule.steps.length === 0) return undefined
	return `schedule, one line for each turn of a task:\n${timeline(schedule)}`
}

function actionText({ after = 0, where }: Step): string {
	if (where === 'rest') return 'action, while all tasks wait'
	if (after === 0) return 'action, inside of the event'
	return `action, ${count(after, 'microtask')} after ${where === undefined ? 'the event' : 'a callback of Node'}`
}

/** What is added to the message of a failure. */
export function explanation(
	report: Omit<Report, 'failure'>,
	failure: Omit<Failure, 'error'> & { readonly passed: boolean },
	command: string,
): string {
	const { runs, ms, schedule } = report
	const steps = scheduleText(schedule)
	// How fast a handful was says nothing.
	const speed = runs >= 100 && ms > 0 ? `, ${thousands(Math.round(runs / (ms / 1000)))} runs/s` : ''
	return [
		`found in ${count(runs, 'schedule')}, ${duration(ms)}${speed}${schedule === undefined ? '' : `: ${cost(schedule, failure.fewest)}`}`,
		...(runs > 1 ? [`explored: ${report.claim}`] : []),
		...(steps === undefined ? [] : ['', steps]),
		'',
		again(failure, command),
	].join('\n')
}

function again({ token, replays, passed }: Omit<Failure, 'error'> & { readonly passed: boolean }, command: string): string {
	if (passed)
		return `it passed before under the same schedule: the body is not deterministic, or there is state that an execution leaves to the next
hint: the body must make all its state itself, each time; is there some outside of it, or in a module?`
	if (!replays) return 'it did not fail again under the same schedule: the body is not deterministic'
	return `replay: TRACETEST=${token} ${command}`
}

function cost({ order, delays, actions }: Schedule, fewest: boolean): string {
	if (order === 'plain') return 'the undisturbed execution, which fails without a search too'
	if (delays + actions === 0)
		return order === undefined ? 'the default one, without a delay' : 'the undisturbed execution, with events listened to'
	const parts = [...(delays > 0 ? [count(delays, 'delay')] : []), ...(actions > 0 ? [count(actions, 'action')] : [])]
	return `${parts.join(' and ')}${fewest ? '; no fewer fail' : ''}`
}
