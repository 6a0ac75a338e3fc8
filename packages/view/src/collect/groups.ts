import { type Group, runPrefix, statePrefix } from '../data/header.js'
import type { Collected } from './collector.js'

/** All slices by name, those that took most time first. Events, states, and what a thread runs of a task are no slices. */
export function groupsOf({ columns: { start, end, name }, names, instants }: Collected): Group[] {
	const durations = new Map<number, number[]>()
	for (let i = 0; i < start.length; i++) {
		if (instants[name[i]!] === 1) continue
		let all = durations.get(name[i]!)
		if (all === undefined) durations.set(name[i]!, (all = []))
		all.push(Math.round(end[i]!) - Math.round(start[i]!))
	}
	return [...durations]
		.map(([of, all]) => {
			const sorted = Float64Array.from(all).sort()
			const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1]!
			return {
				name: names[of]!,
				count: sorted.length,
				p50: at(0.5),
				p90: at(0.9),
				p99: at(0.99),
				max: sorted.at(-1)!,
				total: sorted.reduce((a, b) => a + b, 0),
			}
		})
		.filter(({ name: text }) => !text.startsWith(statePrefix) && !text.startsWith(runPrefix))
		.sort((a, b) => b.total - a.total)
}
