import { textDuration } from '../../text/text.js'
import type { EvidenceLevel, Finding } from '../facts/report.js'
import type { Pattern } from '../facts/tree.js'
import { type Facts, lookAt, percent, subjectOf } from './rule.js'

/** Minimum number, and minimum fraction, of a kind. */
const min = 3
const part = 0.3
/** Minimum saving, as a fraction of the time of all that have it. */
const worth = 0.3
/** Minimum saving for one. */
const shortest = 1e6

function isFrequent({ count, group, saving }: Pattern): boolean {
	return count >= min && count >= part * group.durations.count && saving / count >= shortest
}

function finding(rule: string, level: EvidenceLevel, { group, worst, saving }: Pattern, text: string): Finding {
	return {
		rule,
		level,
		subject: subjectOf(group),
		text,
		evidence: { ids: [worst!.id], from: worst!.begin, to: worst!.end },
		look: lookAt(group, worst!.id),
		cost: saving,
	}
}

/** The same call for each of many items: one call for all, or concurrent calls, would suffice. */
export function* repeated({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const pattern of analysis.trees.of('repeated')) {
		const { part: of, count, parts, wall, share, saving, worst } = pattern
		if (!isFrequent(pattern) || saving < worth * wall) continue
		yield finding(
			'n+1',
			of.kind === 'call' ? 'measured' : 'suspected',
			pattern,
			`each of ${count} does ${subjectOf(of)} ${Math.round(parts / count)} times (${worst!.parts} at most), one after the other: ${percent(share / wall)} of its time`,
		)
	}
}

/** Parts that run in sequence. A trace does not show whether one needs the result of another. */
export function* serial({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const pattern of analysis.trees.of('serial')) {
		const { part: of, count, parts, wall, saving } = pattern
		if (!isFrequent(pattern) || saving < worth * wall) continue
		yield finding(
			'serial',
			'suspected',
			pattern,
			`does ${Math.round(parts / count)} things one after the other, the longest of them ${subjectOf(of)}. All at once, if none needs another, would take ${textDuration(saving / count)} less of ${textDuration(wall / count)}`,
		)
	}
}

/** Concurrent parts wait for one that is slower than the others. */
export function* fanOut({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const pattern of analysis.trees.of('slowest')) {
		const { part: of, count, parts, wall, share, saving } = pattern
		if (!isFrequent(pattern)) continue
		yield finding(
			'slowest',
			'suspected',
			pattern,
			`does ${Math.round(parts / count)} things at once and waits for the slowest, ${subjectOf(of)}: ${percent(share / wall)} of its time, ${textDuration(saving / count)} more than half of the others take`,
		)
	}
}

/** It fails and is retried: most of the attempts are useless. */
const futile = 0.3

export function* retries({ analysis }: Facts): Generator<Finding, void, undefined> {
	for (const pattern of analysis.trees.of('retries')) {
		const { part: of, count, parts, wall, share } = pattern
		const failed = of.errors.size === 0 ? 0 : [...of.errors.values()].reduce((sum, error) => sum + error.count, 0)
		if (count < min || parts < 10 || failed < futile * of.durations.count) continue
		const [error] = [...of.errors.values()].sort((a, b) => b.count - a.count)
		yield finding(
			'retries',
			'measured',
			pattern,
			`tried ${subjectOf(of)} again ${parts} times in ${count}, after it failed (${error!.text}): ${percent(failed / of.durations.count)} of all attempts fail, and the failed ones take ${percent(share / wall)} of the time`,
		)
	}
}
