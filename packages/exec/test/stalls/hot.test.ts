import { expect, it } from 'vitest'
import type { CpuProfile } from '../../src/profiler/profiler.js'
import { hotIn } from '../../src/stalls/hot.js'

type Node = CpuProfile['nodes'][number]

const node = (id: number, functionName: string, url: string, children: number[] = [], lineNumber = id): Node => ({
	id,
	callFrame: { functionName, url, lineNumber, columnNumber: 4, scriptId: '1' },
	children,
})

const app = 'file:///app/main.js'
const profile: CpuProfile = {
	nodes: [
		node(1, '(root)', '', [2, 3, 4, 5]),
		node(2, '(idle)', ''),
		node(3, '(garbage collector)', ''),
		node(4, 'processTimers', 'node:internal/timers', [6]),
		node(5, '(program)', ''),
		node(6, '', app, [7, 8]),
		node(7, 'parse', app),
		node(8, 'load', app, [9]),
		node(9, 'readFileSync', 'node:fs', [10]),
		node(10, 'tryReadSync', 'node:fs'),
	],
	startTime: 1_000_000,
	endTime: 1_050_000,
	samples: [2, 7, 7, 10, 10, 9, 3, 3, 7, 2],
	timeDeltas: [5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000],
}

it('is the function of the program that most samples of the stretch are in, with what it called', () => {
	expect(hotIn(profile, 1_018_000, 1_042_000)).toEqual({
		where: 'load /app/main.js:9:5',
		call: 'fs.readFileSync',
		stack:
			'tryReadSync node:fs:11:5; readFileSync node:fs:10:5; load /app/main.js:9:5; (anonymous) /app/main.js:7:5; processTimers node:internal/timers:5:5',
		gc: 0.4,
		samples: 5,
	})
	expect(hotIn(profile, 1_006_000, 1_016_000)).toMatchObject({
		where: 'parse /app/main.js:8:5',
		call: '',
		gc: 0,
		samples: 2,
	})
})

it('is not known without samples, or where only V8 worked', () => {
	expect(hotIn(profile, 2_000_000, 3_000_000)).toEqual({ where: '', call: '', stack: '', gc: 0, samples: 0 })
	expect(hotIn(profile, 1_033_000, 1_041_000)).toMatchObject({ where: '', stack: '', gc: 1, samples: 2 })
})

it('reads a profile without samples, and names files that are not paths as they are', () => {
	const { samples: _, timeDeltas: __, ...empty } = profile
	expect(hotIn(empty, 0, 2_000_000).samples).toBe(0)
	const other = {
		...profile,
		nodes: profile.nodes.map(n => (n.id === 7 ? node(7, 'parse', 'https://example.org/a.js') : n)),
	}
	expect(hotIn(other, 1_006_000, 1_016_000).where).toBe('parse https://example.org/a.js:8:5')
})
