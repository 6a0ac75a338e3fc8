import type { Bounds, NaturalProgress, SearchProgress } from '../explore/progress.js'
import type { OutsideWait } from '../explore/waits.js'
import { count, duration, placeText, thousands } from '../platform/text.js'

/** What was explored, as it may be claimed: never that there are no races. */
export function claimOf(progress: SearchProgress, { depth, seed, ms }: Pick<Bounds, 'depth' | 'seed' | 'ms'>): string {
	const { samples, cut } = progress
	const reservations = reservationsOf(progress)
	const claim = [
		reservations.length === 0 ? systematic(progress) : count(controlledOf(progress), 'schedule'),
		...(samples === 0 ? [] : [`sampled ${count(samples, 'schedule')} (PCT depth ${depth}, seed ${seed})`]),
	]
	const stopped = cut === 'time' ? [`stopped by the time limit of ${duration(ms)}`] : []
	return [
		claim.join(', and '),
		...(progress.waits.length > 0 ? [waitsText(progress)] : []),
		...reservations,
		...stopped,
	].join('; ')
}

/** The claim beside the number of all executions: each of these is counted in it. */
export function exploredText(claim: string, progress: SearchProgress): string {
	const { runs, waits, natural } = progress
	// The reservation counts them, or nothing else was executed.
	if (waits.length > 0 || natural.runs === 0 || natural.runs === runs) return claim
	return `${claim}; and the undisturbed execution${natural.runs > 2 ? ' and departures from it' : ''} (${count(natural.runs, 'schedule')})`
}

/** What choice points do not cover, and what was executed of that. */
function waitsText({ waits, natural }: SearchProgress): string {
	const [first, second, ...more] = waits
	const shown = [first!, ...(second === undefined ? [] : [second])].map(waitText).join(', ')
	const rest = more.reduce((sum, wait) => sum + wait.count, 0)
	return [
		`not explored: ${shown}${rest > 0 ? `, and ${thousands(rest)} more` : ''}`,
		`but for the undisturbed execution${near(natural)}`,
		...(natural.callbacks.size > 0 ? [realText(natural)] : []),
	].join(', ')
}

/**
 * How long real timers and I/O take is not explored, but for what was late. In how many schedules is not part of the
 * claim: it depends on how fast the machine is.
 */
function realText({ callbacks }: NaturalProgress): string {
	const texts = [...callbacks].map(([type, times]) => (times === 1 ? type : `${type} ×${times}`))
	return `with real timers and I/O in their own order, at most two late (${texts.join(', ')}${hintOf(callbacks.keys())})`
}

/** What can be virtual. */
function hintOf(types: Iterable<string>): string {
	return [...types].some(type => type === 'Timeout' || type === 'Immediate') ? ": try time: 'virtual'" : ''
}

function waitText({ file, line, count: times }: OutsideWait): string {
	return file === '' ? count(times, 'wait') : `${count(times, 'wait')} in ${placeText({ file, line, column: 0 })}`
}

/** How many schedules were executed that depart from the undisturbed execution. */
function near({ complete, runs }: NaturalProgress): string {
	const deepest = complete.length - 1
	const within = complete.slice(1).reduce((sum, schedules) => sum + schedules, 0)
	const beyond = Math.max(0, runs - 2 - within)
	const all =
		within > 0
			? `, and all ${thousands(within)} with ≤ ${count(deepest, 'delay')} or ${deepest === 1 ? 'action' : 'actions'} from it`
			: ''
	return beyond > 0 ? `${all}, and ${thousands(beyond)} more${within > 0 ? '' : ' near it'}` : all
}

function reservationsOf({ diverged, difference, uncontrolled }: SearchProgress): string[] {
	const all: string[] = []
	if (diverged > 0) {
		const [one, other] = difference?.ways ?? []
		const where =
			difference === undefined ? '' : `, first at decision ${difference.decision}: once ${one}, once ${other}`
		all.push(`the body is not deterministic: ${count(diverged, 'execution')} went another way than planned${where}`)
	}
	if (uncontrolled.size > 0) {
		const names = [...uncontrolled]
		const hint = names.some(name => name === 'Timeout' || name === 'Immediate') ? " (try time: 'virtual')" : ''
		all.push(`not fully controlled: ${names.join(', ')} stayed alive${hint}`)
	}
	return all
}

/** Systematic executions with one task at a time. */
function controlledOf({ runs, samples, natural }: SearchProgress): number {
	return runs - samples - natural.runs
}

/** All schedules up to these numbers of delays and actions were executed. Infinitely many: there are no more. */
interface Bound {
	readonly delays: number
	readonly actions: number
}

/** Which sets of schedules were executed as a whole. */
function systematic(progress: SearchProgress): string {
	const { hasActions, injected, exhausted } = progress
	const runs = controlledOf(progress)
	const bounds = boundsOf(progress)
	const [best] = bounds
	// An action that was never injected does not count as one.
	const acts = hasActions && injected
	if (best === undefined || best.delays + best.actions === 0)
		return runs === 0 ? 'the undisturbed execution' : count(runs, 'schedule')
	if (progress.exhaustive) {
		const max = exhausted.length - 1
		const over = progress.waits.length > 0 ? ' over choice points' : ''
		const all = `exhaustive${over}${acts ? ` with ≤ ${count(max, 'action')}` : ''}: ${allOf(runs)}`
		// True, and of no use: it must not pass for a search.
		return runs > 1 || acts || (progress.waits.length > 0 && progress.met.acted !== undefined)
			? all
			: `${all}; there was no choice, because two tasks never waited at once to start, or at a pausable event`
	}
	const inside = progress.complete.filter(level =>
		bounds.some(bound => level.delays <= bound.delays && level.actions <= bound.actions),
	)
	const schedules = inside.reduce((sum, level) => sum + level.schedules, 0)
	const texts = bounds.map(bound => boundText(bound, acts))
	const more = runs === schedules ? '' : `, ${thousands(runs - schedules)} beyond`
	return `all schedules with ${[...new Set(texts)].join(', or ')} (${thousands(schedules)})${more}`
}

function allOf(schedules: number): string {
	return schedules === 1 ? 'the only schedule' : `all ${count(schedules, 'schedule')}`
}

function boundText({ delays, actions }: Bound, acts: boolean): string {
	const few = (n: number, what: string): string =>
		n === Number.POSITIVE_INFINITY ? `any ${what}s` : n === 0 ? `no ${what}` : `≤ ${count(n, what)}`
	return acts ? `${few(delays, 'delay')} and ${few(actions, 'action')}` : few(delays, 'delay')
}

/** The largest bounds such that all schedules within them were executed: none is within another. */
function boundsOf({ complete, exhausted }: SearchProgress): Bound[] {
	const all: Bound[] = []
	const has = (delays: number, actions: number): boolean =>
		complete.some(level => level.delays === delays && level.actions === actions)
	let max = Number.POSITIVE_INFINITY
	for (let actions = 0; has(0, actions); actions++) {
		let delays = 0
		while (delays < max && has(delays + 1, actions)) delays++
		max = Math.min(max, delays)
		all.push({ delays: exhausted[actions] === undefined ? max : Number.POSITIVE_INFINITY, actions })
	}
	// Most actions last: what has as many delays and fewer of these is within it.
	return all
		.filter((bound, i) => !all.some((other, j) => j > i && other.delays >= bound.delays))
		.sort((a, b) => b.actions - a.actions)
}
