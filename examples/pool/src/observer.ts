// Shows who holds and who waits. It knows a pool by its events only.
import { ProbeGroup, setup } from '@tsgotrace/runtime'
import type { Pool } from './pool.js'
import { traceAcquire_Attach, traceGiveUp_Attach, traceRelease_Attach, traceWait_Attach } from './ztrace.js'

/** Prints one line for each event of `pool`, until `done()` is called on the group that it returns. */
export function observe(pool: Pool): ProbeGroup {
	const group = new ProbeGroup()
	const holders: string[] = Array.from({ length: pool.size }, () => '-')
	const waiting: string[] = []
	const gone = new Set<string>()
	const remove = (who: string): void => {
		const at = waiting.indexOf(who)
		if (at >= 0) waiting.splice(at, 1)
	}
	const row = (event: string, columns: readonly string[], queue: string): string =>
		`  ${event.padEnd(18)}${columns.map(c => c.padEnd(14)).join('')}${queue}`.trimEnd()
	const print = (event: string): void => console.log(row(event, holders, waiting.join(' ')))

	const titles = holders.map((_, i) => `${i + 1} is held by`)
	console.log(row('event', titles, 'waiting'))
	setup(() => {
		traceAcquire_Attach(group, (at, who, resource) => {
			if (at !== pool) return
			remove(who)
			holders[resource - 1] = gone.has(who) ? `${who} (gone)` : who
			print(`${who} gets ${resource}`)
		})
		traceRelease_Attach(group, (at, who, resource) => {
			if (at !== pool) return
			holders[resource - 1] = '-'
			print(`${who} returns ${resource}`)
		})
		traceWait_Attach(group, (at, who) => {
			if (at !== pool) return
			waiting.push(who)
			print(`${who} waits`)
		})
		traceGiveUp_Attach(group, (at, who) => {
			if (at !== pool) return
			remove(who)
			gone.add(who)
			print(`${who} gives up`)
		})
	})
	return group
}
