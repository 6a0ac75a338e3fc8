// Profiles of states have the sums of the report, and pprof's own decoder reads them.
import { analyze } from '@tsgotrace/trace/analyze'
import { StateProfile, stateProfile } from '@tsgotrace/trace/analyze/profile'
import { slicesOf } from '@tsgotrace/trace/slices'
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

it('a profile has the tasks above a task, as far as they are known', async () => {
	const it = new Program()
	const states = '@tsgotrace/exec/states:trace'
	const outer = it.task(1e6, 1, 'GET /')
	const middle = it.task(2e6, 2, 'load', { parent: 1 })
	it.region(3e6, 1, 'region', 2)(4e6)
	const inner = it.task(5e6, 3, 'query', { parent: 2 })
	const alone = it.task(6e6, 4, 'query', { parent: 77 })
	for (const task of [3, 4])
		it.signal('instant', (10 + task) * 1e6, `${states}WaitDone`, { ms: 4, task, reason: 'net', runnable: 1 })
	inner(20e6)
	alone(21e6)
	middle(22e6)
	outer(23e6)
	const samples = samplesOf(await stateProfile(it.trace(), 'net'))
	expect(samples.map(({ stack, labels, values }) => [stack.map(({ name }) => name), labels['task'], values])).toEqual([
		[['waiting for net', 'query', 'load', 'GET /'], 'query', [3e6]],
		[['waiting for net', 'query'], 'query', [3e6]],
	])
})

it('a profile of the processor has functions, the tasks that ran them, and the sum of the samples', async () => {
	const it = new Program()
	const frame = (name: string, line: number) => ({ name, file: 'src/a.ts', line, column: 1 })
	const outer = it.task(1e6, 1, 'GET /')
	const inner = it.task(2e6, 2, 'parse', { parent: 1 })
	const stack = [frame('', 7), frame('read', 3)]
	it.sample(3e6, stack, { ms: 10, task: 2, name: 'parse', state: 'running' })
	it.sample(4e6, stack, { ms: 6, task: 2, name: 'parse', state: 'running' })
	it.sample(5e6, [frame('idle', 1)], { ms: 3, task: 0, name: '', state: 'gc' })
	inner(6e6)
	outer(7e6)
	// Reported after its end.
	it.sample(8e6, stack, { ms: 4, task: 2, name: 'parse', state: 'running' })
	const found = samplesOf(await stateProfile(it.trace(), 'cpu'))
	expect(found.map(({ stack: frames, labels, values }) => [frames.map(({ name }) => name), labels, values])).toEqual([
		[['(anonymous)', 'read', 'parse', 'GET /'], { thread: '42/main', state: 'running', task: 'parse' }, [3, 20e6]],
		[['idle'], { thread: '42/main', state: 'gc' }, [1, 3e6]],
	])
	expect(found[0]!.stack[0]).toMatchObject({ file: 'src/a.ts', line: 7 })
	const profile = new StateProfile('cpu')
	for await (const batch of slicesOf(program().trace()).batches()) profile.take(batch)
	expect(profile.known).toBe(false)
})

it('places of waits share the time that tasks waited, without that in which they could have run', async () => {
	const { sites, tasks } = await analyze(program().trace())
	const net = tasks.find(({ name }) => name === 'GET /0')!.states!.waits['net']!
	expect(sites.map(({ site, total }) => [site, total])).toEqual([
		['src/db.ts:12:9', (net * 3) / 5],
		['src/db.ts:20:1', (net * 2) / 5],
	])
})
