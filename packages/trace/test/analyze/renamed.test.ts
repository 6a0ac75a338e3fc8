// Tasks that get their name late, such as requests whose route is known only when they end.
import { analyze } from '@tsgotrace/trace/analyze'
import { expect, it } from 'vitest'
import { inPieces, Program } from '../items.js'

/**
 * Requests of many paths and two routes, two at a time. Each waits for a part of it at a place, and for the one before
 * it.
 */
function requests(count: number, isLate: boolean): Program {
	const it = new Program()
	const ends: (() => void)[] = []
	for (let n = 0; n < count; n++) {
		const [at, task] = [n * 10e6, 2 * n + 1]
		const route = n % 4 === 3 ? 'GET /about/:name' : 'GET /shop/:name'
		const path = `GET /${n % 4 === 3 ? 'about' : 'shop'}/name-${n % 7 === 0 ? 'often' : n}`
		const end = it.task(at, task, path, { kind: 'request' })
		const rename = (time: number): void => {
			it.signal('instant', time, '@tsgotrace/exec/tasks:traceTaskName', { task, name: route })
		}
		if (!isLate) rename(at + 1)
		it.task(at + 1e6, task + 1, 'part', { parent: task })(at + 3e6)
		// The one before it has not ended yet.
		if (n > 0) it.signal('instant', at + 4e6 - 1, '@tsgotrace/exec/states:traceWake', { task, by: task - 2 })
		it.signal('instant', at + 4e6 - 1, '@tsgotrace/exec/states:traceWaitSite', {
			task,
			site: 'src/a.ts:1:2',
			weight: 1,
		})
		it.done(at + 4e6, '@tsgotrace/exec/states:traceWaitDone', { ms: 3, task, reason: 'sync', runnable: 0 })
		ends.push(() => {
			if (isLate) rename(at + 15e6)
			end(at + 15e6 + 1, 'returned', '200')
		})
		if (n > 0) ends[n - 1]!()
	}
	ends.at(-1)!()
	return it
}

it('are counted under it alone, however many names they had before', async () => {
	const late = await analyze(inPieces([requests(1400, true)]))
	const early = await analyze(inPieces([requests(1400, false)]))
	expect(late.tasks.map(({ name, count }) => [name, count])).toEqual([
		['GET /shop/:name', 1050],
		['GET /about/:name', 350],
		['part', 1400],
	])
	// All but how many were open at once, as that is known of each name only while it lasts.
	const facts = ({ tasks, sites, findings }: typeof late): unknown => ({
		tasks: tasks.map(({ concurrency: { mean }, ...rest }) => ({ ...rest, mean })),
		sites,
		findings: findings.map(({ level, rule, subject }) => [level, rule, subject]),
	})
	expect(facts(late)).toEqual(facts(early))
	expect(late.sites).toHaveLength(1)
	expect(late.tasks[0]!.parts).toEqual([{ kind: 'task', name: 'part', perTask: 1 }])
	expect(late.tasks[0]!.wakers.map(({ by }) => by).sort()).toEqual(['GET /about/:name', 'GET /shop/:name'])
})
