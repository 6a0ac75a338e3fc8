import { describe, expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
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
