import type { Bounds, Progress } from '../explore/explore.js'
import type { Level } from '../explore/frontier.js'
import { count, thousands } from '../platform/text.js'

/** What was explored, as it may be claimed: never that there are no races. */
export function claimOf(progress: Progress, { depth, seed }: Pick<Bounds, 'depth' | 'seed'>): string {
	const { samples } = progress
	const reservations = [
		...(progress.diverged > 0
			? [`the body is not deterministic: ${count(progress.diverged, 'execution')} went another way than planned`]
			: []),
		...(progress.uncontrolled.size > 0 ? [`not fully controlled: ${[...progress.uncontrolled].join(', ')} stayed alive`] : []),
	]
	const claim = [
		reservations.length === 0 ? systematic(progress) : count(progress.runs - samples, 'schedule'),
		...(samples === 0 ? [] : [`sampled ${count(samples, 'schedule')} (PCT depth ${depth}, seed ${seed})`]),
	]
	return [claim.join(', and '), ...reservations].join('; ')
}

/** Which sets of schedules were executed as a whole. */
function systematic(progress: Progress): string {
	const { complete, hasActions } = progress
	const runs = progress.runs - progress.samples
	const { delays, actions, schedules } = highest(complete)
	const bounded = hasActions ? `≤ ${count(actions, 'action')}` : ''
	if (progress.exhaustive) {
		const all = `exhaustive${hasActions ? ` with ${bounded}` : ''}: all ${count(runs, 'schedule')}`
		// True, and of no use: it must not pass for a search.
		return runs > 1 || hasActions
			? all
			: `${all}; there was no choice, because two tasks never waited at once to start, or at a pausable event`
	}
	if (delays + actions === 0) return count(runs, 'schedule')
	const more = runs === schedules ? '' : `, ${thousands(runs - schedules)} beyond`
	return `all schedules with ≤ ${count(delays, 'delay')}${hasActions ? `, ${bounded}` : ''} (${thousands(schedules)})${more}`
}

/** The largest bounds such that all schedules within them were executed, and how many these are. */
function highest(complete: Progress['complete']): Level & { readonly schedules: number } {
	let best = { delays: 0, actions: 0, schedules: 0 }
	for (const { delays, actions } of complete) {
		const within = complete.filter(level => level.delays <= delays && level.actions <= actions)
		const all = within.length === (delays + 1) * (actions + 1)
		const schedules = within.reduce((sum, level) => sum + level.schedules, 0)
		if (all && delays + actions >= best.delays + best.actions) best = { delays, actions, schedules }
	}
	return best
}
