import type { Bounds, Progress } from './explore.js'
import type { Level } from './frontier.js'
import { count } from './text.js'

/** What was explored, as it may be claimed: never that there are no races. */
export function claimOf(progress: Progress, { depth, seed }: Pick<Bounds, 'depth' | 'seed'>): string {
	const { samples, hasActions } = progress
	const sampled = samples === 0 ? '' : `sampled ${count(samples, 'schedule')} (PCT depth ${depth}, seed ${seed})`
	const systematic = progress.runs - samples
	const level = highest(progress.complete)
	const reservations = [
		...(progress.diverged > 0
			? [`the body is not deterministic: ${count(progress.diverged, 'execution')} went another way than planned`]
			: []),
		...(progress.uncontrolled.size > 0 ? [`not fully controlled: ${[...progress.uncontrolled].join(', ')} stayed alive`] : []),
	]
	const certain = reservations.length === 0
	let claim: string
	if (progress.exhaustive && certain)
		claim = hasActions
			? `exhaustive but for ≤ ${count(level.actions, 'action')}: ${systematic}`
			: `exhaustive: all ${count(systematic, 'schedule')}`
	else if (!certain)
		claim = sampled === '' ? `sampled ${count(systematic, 'schedule')}` : `sampled ${count(systematic, 'schedule')} systematically`
	else if (level.delays === 0 && level.actions === 0) claim = count(systematic, 'schedule')
	else
		claim = `all schedules with ≤ ${count(level.delays, 'delay')}${hasActions ? `, ≤ ${count(level.actions, 'action')}` : ''} (${systematic.toLocaleString('en-US')})`
	if (progress.exhaustive && hasActions && certain) claim += ' schedules'
	return [[claim, ...(sampled === '' ? [] : [sampled])].join(', and '), ...reservations].join('; ')
}

/** The largest bounds such that all schedules within them were executed. */
function highest(complete: readonly Level[]): Level {
	const has = (delays: number, actions: number): boolean => complete.some(level => level.delays === delays && level.actions === actions)
	let best: Level = { delays: 0, actions: 0 }
	for (const { delays, actions } of complete) {
		let all = true
		for (let d = 0; d <= delays && all; d++) for (let a = 0; a <= actions && all; a++) all = has(d, a)
		if (all && delays + actions >= best.delays + best.actions) best = { delays, actions }
	}
	return best
}
