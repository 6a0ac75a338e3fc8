import type { Finding, Level } from '../facts/report.js'
import { blockingCalls, starvation, turns } from './blocked.js'
import { leaks } from './leaks.js'
import { collections, loopDelay, losses } from './machine.js'
import { fanOut, repeated, retries, serial } from './patterns.js'
import { queues } from './queues.js'
import type { Facts, Rule } from './rule.js'
import { crowding, longRuns, stalls, waitSites } from './stalls.js'
import { lost, stuck } from './stuck.js'

const rules: readonly Rule[] = [
	losses,
	stuck,
	lost,
	leaks,
	queues,
	stalls,
	blockingCalls,
	starvation,
	longRuns,
	crowding,
	waitSites,
	repeated,
	retries,
	fanOut,
	serial,
	collections,
	loopDelay,
]
const levels: readonly Level[] = ['proved', 'measured', 'suspected']

/** The findings of all rules: the most certain and most expensive first. */
export function findingsOf(analysis: Facts['analysis'], rest: Omit<Facts, 'analysis'>): Finding[] {
	const facts = { analysis, ...rest }
	const found = rules.flatMap(rule => [...rule(facts)])
	// A place or a region says more than states alone.
	if (!found.some(({ rule, level }) => level === 'measured' && (rule === 'contention' || rule === 'pool'))) found.push(...turns(facts))
	return found.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.cost - a.cost)
}
