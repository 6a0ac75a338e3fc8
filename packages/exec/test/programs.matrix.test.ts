import { describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { expectedTasks, tasksIn } from './jobs.js'
import { of, programs, runs } from './programs.js'

const levels = ['--exec', '--exec=tasks'] as const
const cases = nodeVersions.flatMap(version => levels.map(level => [level, version] as const))

describe.skipIf(process.platform === 'win32').each(cases)('under tsgotrace record %s on Node %s', (level, version) => {
	for (const [file, { count, name, how = 'returned' }] of Object.entries(programs))
		it(`${file} runs as it does alone, and each of its requests is a task`, async () => {
			const { alone, traced, events, requests } = await runs(file, [level], await nodeOf(version))
			expect(traced).toEqual(alone)
			expect(requests).toEqual(Array.from({ length: count }, () => ({ name, how })))
			const hasStates = level === '--exec' && Number(version) >= 24
			if (count > 1) expect(of(events, 'traceRunDone').length > 0).toBe(hasStates)
		})
})

it.skipIf(process.platform === 'win32').each(cases)(
	'main modules, jobs of timers, messages and signals are tasks under tsgotrace record %s on Node %s',
	async (level, version) => {
		const ran = await runs('jobs.mjs', [level], await nodeOf(version))
		expect(ran.traced).toEqual(ran.alone)
		expect(tasksIn(ran)).toEqual(expectedTasks(Number(version) >= 24))
	},
)

it.skipIf(process.platform === 'win32').each(nodeVersions)(
	'with --tasks-of only what it names is a task on Node %s',
	async version => {
		const ran = await runs('jobs.mjs', ['--exec=tasks', '--tasks-of', 'signals'], await nodeOf(version))
		expect(ran.traced).toEqual(ran.alone)
		expect(tasksIn(ran)).toEqual({ 'SIGHUP returned': 1 })
	},
)

const ofAll = ['http.mjs', 'cluster.mjs', 'terminated.mjs', 'others.mjs', 'piscina.mjs', 'postgres.mjs'].flatMap(file =>
	nodeVersions.map(version => [file, version] as const),
)

it.skipIf(process.platform === 'win32').each(ofAll)(
	'%s under tsgotrace record --exec=all on Node %s runs as it does alone, with samples of what it does',
	async (file, version) => {
		const { count, name, how = 'returned' } = programs[file]!
		const { alone, traced, requests } = await runs(file, ['--exec=all'], await nodeOf(version))
		const isWarned = Number(version) < 24
		expect({ ...traced, stderr: isWarned ? '' : traced.stderr }).toEqual(alone)
		// Once, whatever threads and processes there are.
		expect(traced.stderr.split('The states of tasks are not followed')).toHaveLength(isWarned ? 2 : 1)
		expect(requests).toEqual(Array.from({ length: count }, () => ({ name, how })))
	},
)

const permission = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*']
// Node 20 and 22 know the permission model under another name, and Node 26 restricts the network too.
const flagged = [
	[['--disallow-code-generation-from-strings'], '24'],
	[['--disallow-code-generation-from-strings'], '26'],
	[permission, '24'],
	[[...permission, '--allow-net'], '26'],
] as const

it.skipIf(process.platform === 'win32').each(flagged)(
	'a program with %j under tsgotrace record --exec=all on Node %s runs as it does alone',
	async (flags, version) => {
		const { alone, traced, requests, events } = await runs('http.mjs', ['--exec=all'], await nodeOf(version), flags)
		expect({ ...traced, stderr: '' }).toEqual({ ...alone, stderr: '' })
		expect(requests).toHaveLength(40)
		// Under the permission model there is no inspector, and a warning says that samples are missing.
		expect([of(events, 'traceCpuSample').length > 0, traced.stderr.includes('CPU samples are not recorded')]).toContain(
			true,
		)
		expect(of(events, 'traceRunDone').length).toBeGreaterThan(0)
	},
)

it.skipIf(process.platform === 'win32')(
	'states that a Node cannot follow are missing, with a warning, and the program runs on',
	async () => {
		const { alone, traced, events, requests } = await runs('http.mjs', ['--exec=states'], await nodeOf('22'))
		expect({ ...traced, stderr: '' }).toEqual(alone)
		expect(traced.stderr).toContain('The states of tasks are not followed on Node 22')
		expect(of(events, 'traceRunDone')).toEqual([])
		expect(requests).toHaveLength(40)
	},
)
