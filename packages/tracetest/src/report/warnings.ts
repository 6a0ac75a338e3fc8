import type { Bounds, SearchProgress } from '../explore/progress.js'
import { pointless } from '../platform/awaits.js'
import { count, duration, nameOf } from '../platform/text.js'

/** A search that has executed fewer schedules than this has shown little, if its budget ended it. */
const few = 20

/** Why a search in which nothing has failed may have shown less than its author thinks. */
export function warningsOf(progress: SearchProgress, ms: number, bounds: Pick<Bounds, 'ms' | 'actions'>): string[] {
	const { met, actions } = progress
	const idle = bounds.actions === 0 ? [] : [...actions].filter(name => met.acted?.has(name) !== true)
	const why =
		progress.cut === undefined
			? 'nothing was signalled, and no task waited, while it was declared'
			: 'the budget ended before'
	const awaits = pointless()
	return [
		...(awaits === undefined ? [] : [awaits]),
		...choicesText(progress),
		...idle.map(name => `action '${name}' was never injected: ${why}`),
		...(progress.cut !== undefined && progress.runs < few ? [budgetText(progress, ms, bounds)] : []),
	]
}

function choicesText({ met, exhaustive, runs, samples, natural }: SearchProgress): string[] {
	const controlled = runs - samples - natural.runs
	if (met.points > 0 || met.times > 0 || controlled === 0) return []
	// Where there is one task it meets actions.
	const acted = (met.acted?.size ?? 0) > 0
	if (acted && met.starts < 2) return []
	const hint = `${asyncText(met.ordinary)}, or let the plugin make awaits choice points`
	if (exhaustive && controlled === 1)
		return [
			`no choice point was met: no two tasks waited at once to start, or at a pausable event; start by t.go what contends, and ${hint}`,
		]
	const choices = `only the starts of tasks${acted ? ', and actions,' : ''} were choices`
	return met.starts > 0 ? [`${choices}: no pausable event was signalled; ${hint}`] : []
}

/**
 * What to declare: events that more than one task signals could be places where these wait. The generator changes their
 * calls.
 */
function asyncText(ordinary: SearchProgress['met']['ordinary']): string {
	const shared = [...(ordinary ?? [])].filter(([, tasks]) => tasks.size > 1).map(([event]) => event)
	const [first] = shared
	if (first === undefined) return 'declare an event as async where the code waits'
	const names = shared.slice(0, 3).map(event => `${nameOf(event)} (${event.source})`)
	const all = `${names.join(', ')}${shared.length > 3 ? `, and ${shared.length - 3} more` : ''}`
	return `tasks share ${all}: make one pausable, "npx tsgotrace gen --fix --async ${nameOf(first)}" does it ("//trace:event async ${nameOf(first)}(…)", and "if (${nameOf(first)}) await ${nameOf(first)}(…)" at its calls)`
}

function budgetText({ cut, runs }: SearchProgress, ms: number, bounds: Pick<Bounds, 'ms'>): string {
	const each = duration(ms / Math.max(1, runs))
	return cut === 'time'
		? `the limit of ${duration(bounds.ms)} ended the search after ${count(runs, 'schedule')}, of ${each} each (option "budget"; time: 'virtual' and a smaller "settle" make them faster)`
		: `the budget ended the search after ${count(runs, 'schedule')}, of ${each} each (option "runs")`
}
