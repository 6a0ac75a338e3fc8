// Profiles of states have the sums of the report, and pprof's own decoder reads them.
import { analyze } from '@tsgotrace/trace/analyze'
import { stateProfile } from '@tsgotrace/trace/analyze/profile'
import { expect, it } from 'vitest'
import { samplesOf } from '../../src/format/pprof.js'
import { Program } from '../items.js'

function program(): Program {
	const it = new Program()
	for (let n = 0; n < 20; n++) {
		const at = 10e6 + n * 10e6
		const end = it.task(at, n + 1, `GET /${n % 2}`)
		const states = '@tsgotrace/exec/states:trace'
		it.signal('instant', at + 1e6, `${states}RunDone`, { ms: 1, task: n + 1, name: `GET /${n % 2}`, ago: 0 })
		if (n % 4 === 0)
			it.signal('instant', at + 6e6, `${states}WaitSite`, {
				task: n + 1,
				site: n % 8 === 0 ? 'src/db.ts:12:9' : 'src/db.ts:20:1',
				weight: 4,
			})
		it.signal('instant', at + 6e6, `${states}WaitDone`, {
			ms: 5,
			task: n + 1,
			reason: n % 2 === 0 ? 'net' : 'timer',
			runnable: 1,
		})
		it.signal('instant', at + 8e6, `${states}RunDone`, { ms: 2, task: n + 1, name: `GET /${n % 2}`, ago: 0 })
		end(at + 8e6)
	}
	return it
}

it('a profile has the time of each state by task and place', async () => {
	const { tasks } = await analyze(program().trace())
	const sums = async (kind: 'net' | 'timer' | 'sched' | 'run' | 'all', task: string): Promise<number> =>
		samplesOf(await stateProfile(program().trace(), kind))
			.filter(({ labels }) => labels['task'] === task)
			.reduce((sum, { values }) => sum + values[0]!, 0)
	for (const { name, states } of tasks) {
		expect(await sums('net', name)).toBe(states!.waits['net'] ?? 0)
		expect(await sums('timer', name)).toBe(states!.waits['timer'] ?? 0)
		expect(await sums('sched', name)).toBe(states!.runnable)
		expect(await sums('run', name)).toBe(states!.running)
		expect(await sums('all', name)).toBe(states!.wall - states!.unaccounted)
	}
	const samples = samplesOf(await stateProfile(program().trace(), 'net'))
	expect(samples.map(({ stack }) => stack.map(({ name }) => name))).toEqual([
		['src/db.ts:12:9', 'waiting for net', 'GET /0'],
		['src/db.ts:20:1', 'waiting for net', 'GET /0'],
	])
	expect(samples[0]!.stack[0]).toMatchObject({ file: 'src/db.ts', line: 12 })
	// Three of five samples are of the first place.
	expect(samples.map(({ values }) => values[0])).toEqual([24e6, 16e6])
})
