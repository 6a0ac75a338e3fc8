// Faults that are planted in programs are found, and where nothing is wrong nothing is claimed: simulated programs, and
// real ones, which are servers of well-known packages under load among others.
// `node packages/exec/scripts/confusion.mjs` prints the matrix.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyze } from '@tsgotrace/trace/analyze'
import { describe, expect, it } from 'vitest'
import { nodeVersions } from '../../../../test/e2e/nodes.js'
import { clean, faults } from '../../../trace/test/analyze/faults.js'
import { Confusion } from './confusion.js'
import { planted } from './planted.js'
import { recorded } from './recording.js'

/** Where the matrix is written to. */
const output = process.env['TSGOTRACE_CONFUSION']
/** Each program on each version of Node, at each level. */
const isWhole = process.env['TSGOTRACE_CONFUSION_ALL'] !== undefined
const confusion = new Confusion()

const servers = join(import.meta.dirname, '../servers')
const files = readdirSync(servers).filter(name => name !== 'load.mjs')

/** States where Node can follow them; by default only for some programs without, which is part of it. */
const recordings = files.flatMap((file, i) =>
	isWhole
		? nodeVersions.flatMap(version =>
				['tasks', ...(Number(version) >= 24 ? ['states', 'all'] : [])].map(level => ({ file, version, level })),
			)
		: [{ file, version: '24', level: 'states' }, ...(i % 4 === 0 ? [{ file, version: '20', level: 'tasks' }] : [])],
)

describe.concurrent('without a fault', { timeout: 300_000 }, () => {
	it.each(recordings)('$file on Node $version, --exec=$level', async ({ file, version, level }) => {
		const { findings, tasks } = await recorded(version, [`--exec=${level}`], [join(servers, file)])
		// It did what it is here for.
		expect(tasks.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(160)
		confusion.clean(`none: real, --exec=${level}`, file, findings)
		expect(findings.filter(finding => finding.level !== 'suspected')).toEqual([])
	})
})

describe.skipIf(process.platform === 'win32').concurrent('with a fault', { timeout: 300_000 }, () => {
	const programs = planted.flatMap(it => (isWhole ? ['24', '26'] : ['24']).map(version => ({ ...it, version })))
	it.each(programs)('$kind, on Node $version', async ({ kind, version, program, flags, start, rule, subject }) => {
		const { findings } = await recorded(version, flags, [join(import.meta.dirname, 'faults.mjs'), program], start)
		confusion.planted(
			kind,
			`${program} on Node ${version}`,
			findings,
			it => it.rule === rule && it.subject.startsWith(subject),
		)
	})
})

it('recall is 95 % or more, and nothing is claimed where nothing is wrong', async () => {
	for (let seed = 1; seed <= 6; seed++) {
		for (const [kind, { rule, subject, program }] of Object.entries(faults)) {
			const { findings } = await analyze((await program(seed)).trace())
			confusion.planted(kind, `seed ${seed}`, findings, it => it.rule === rule && it.subject === subject)
		}
		for (const [kind, program] of Object.entries(clean))
			confusion.clean(`none: ${kind}`, `seed ${seed}`, (await analyze((await program(seed)).trace())).findings)
	}
	if (output !== undefined) writeFileSync(output, `${confusion.text()}\n`)
	expect(confusion.falseFindings).toEqual([])
	expect(confusion.missed.length === 0 ? 1 : confusion.recall, confusion.text()).toBeGreaterThanOrEqual(0.95)
	// Of each kind, a real program and six simulated ones.
	expect(confusion.programs.planted).toBeGreaterThanOrEqual(Object.keys(faults).length * 7)
})
