// Planted faults are found, by the right rule and about the right thing; programs without a fault have no finding of
// which we claim to be sure.
import { execFileSync } from 'node:child_process'
import { analyze } from '@tsgotrace/trace/analyze'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { lookAtSlowest } from '../../src/analyze/findings/rule.js'
import { inPieces, Program } from '../items.js'
import { clean, faults } from './faults.js'

const seeds = Array.from({ length: runs(2, 6) }, (_, i) => i + 1)

describe.each(Object.entries(faults))('%s', (_, { rule, level, subject, program }) => {
	it.each(seeds)('is found (%i)', async seed => {
		const trace = await program(seed)
		const { findings, window } = await analyze(trace.trace())
		const found = findings.find(finding => finding.rule === rule && finding.subject === subject)
		expect(findings.map(finding => `${finding.level} ${finding.rule} ${finding.subject}`)).toContain(
			`${level} ${rule} ${subject}`,
		)
		const { from, to } = found!.evidence
		if (from !== null && to !== null) expect(window.from <= from + 1e9 && from <= to && to <= window.to).toBe(true)
		// Nothing else is claimed with as much certainty.
		if (level === 'suspected') expect(findings.filter(finding => finding.level !== 'suspected')).toEqual([])
	})
})

it('has a command that shows a slice, where there are no tasks', async () => {
	const it = new Program()
	for (let id = 0; id < 60; id++) {
		const wait = it.begin(1e6 + id * 1e5, 'shop:traceAcquire', { id })
		wait(10e6 + id * 10e6)
		const hold = it.begin(10e6 + id * 10e6 + 1000, 'shop:traceQuery', { id })
		hold(20e6 + id * 10e6 - 1000)
	}
	it.items.sort((a, b) => a.time! - b.time!)
	const { findings } = await analyze(inPieces([it]))
	expect(findings.map(({ rule }) => rule)).toContain('contention')
	for (const { look } of findings) expect(look).toMatch(/^tsgotrace query FILE "select \* from slices where id = \d+"$/)
})

it.skipIf(process.platform === 'win32')('has a command that a shell takes as it is, whatever the name', () => {
	const names = [
		'GET /item',
		'--flag',
		"it's",
		'$HOME',
		'`id`',
		'$(id)',
		'a\\"b',
		'!!',
		'a\nb',
		...fc.sample(
			fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '`', '!', '-', '\n'), minLength: 1 }),
			50,
		),
	]
	const script = names.map(name => `printf '%s\\0' ${lookAtSlowest(name)}; printf '\\0'`).join('\n')
	const seen = execFileSync('sh', { input: script, encoding: 'utf8' }).split('\0\0').slice(0, -1)
	expect(seen.map(words => words.replace('\0--slow=', '\0--slow\0'))).toEqual(
		names.map(name => ['tsgotrace', 'analyze', 'FILE', '--slow', name].join('\0')),
	)
})

describe('parts of a task that follow each other', () => {
	/** A task of such parts, 60 times: how long each part takes, how much of that it runs, and whether it fails. */
	async function findingsOf(
		parts: (n: number) => readonly { ms: number; ran?: number; how?: string; name?: string }[],
	): Promise<string[]> {
		const it = new Program()
		let [time, id] = [0, 0]
		for (let n = 0; n < 60; n++) {
			const task = ++id
			const end = it.task(time, task, 'job')
			for (const [i, { ms, ran = 0, how = 'returned', name = `part ${i}` }] of parts(n).entries()) {
				const part = ++id
				const partEnd = it.task((time += 1e4), part, name, { parent: task })
				if (ran > 0)
					it.done(time + ran * 1e6, '@tsgotrace/exec/states:traceRunDone', { ms: ran, task: part, name, ago: 0 })
				partEnd((time += ms * 1e6), how)
			}
			end((time += 1e4))
			time += 3e6
		}
		const { findings } = await analyze(inPieces([it]))
		return findings.map(({ rule, subject, text }) => `${rule}: ${subject}: ${text}`)
	}

	it('are one finding, whichever of them takes longest', async () => {
		expect(await findingsOf(n => [0, 1, 2, 3].map(i => ({ ms: i === n % 4 ? 11 : 10 })))).toEqual([
			expect.stringMatching(/^serial: task job: does 4 things .*, would take 30.0 ms less of 41.\d ms$/),
		])
	})

	it('save nothing at once, if they run all the time', async () => {
		expect(await findingsOf(() => [0, 1, 2].map(() => ({ ms: 10, ran: 9.9 })))).toEqual([])
		expect(await findingsOf(() => Array.from({ length: 12 }, () => ({ ms: 3, ran: 2.9, name: 'row' })))).toEqual([])
		expect(await findingsOf(() => Array.from({ length: 12 }, () => ({ ms: 3, name: 'row' })))).toEqual([
			expect.stringMatching(/^n\+1: task job: /),
		])
	})

	it('are not at once after a failure', async () => {
		expect(await findingsOf(() => ['threw', 'threw', 'threw', 'returned'].map(how => ({ ms: 10, how })))).toEqual([])
	})
})

it('is only suspected of a thread that has no processor', async () => {
	const { program, rule } = faults['a step that computes for long']!
	const trace = await program(1)
	const readings = trace.items.filter(item => item.type === 'counter').map(({ time }) => time)
	for (const time of readings) {
		trace.count(time, '@tsgotrace/exec/thread:traceLoopBusyCount', 100)
		trace.count(time, '@tsgotrace/exec/thread:traceProcessCpuCount', 60)
	}
	const found = (await analyze(trace.trace())).findings.filter(finding => finding.rule === rule)
	expect(
		found.map(({ level, text }) => [
			level,
			text.includes('for 40 % of the time in which threads were busy they had no processor'),
		]),
	).toEqual([['suspected', true]])
})

it('shares the time that is known among places of which only a sample is known', async () => {
	const { program, rule, subject } = faults['a place at which tasks wait for each other']!
	const trace = await program(1)
	const text = async (): Promise<string> => {
		const { findings } = await analyze(trace.trace())
		return findings.find(finding => finding.rule === rule && finding.subject === subject)!.text
	}
	const known = await text()
	expect(known).toMatch(/^waited 6\d % of its time at src\/lock.ts:12:9, .*: 59 waits of 15.0 ms on average/)
	// By chance a sample had three times as many as it stands for.
	for (const item of trace.items)
		if (item.type === 'instant' && item.id.endsWith(':traceWaitSite')) Object.assign(item.args, { weight: 3 })
	expect(await text()).toBe(known)
})

describe.each(Object.entries(clean))('%s', (_, program) => {
	it.each(seeds)('has no finding that is proved or measured (%i)', async seed => {
		const { findings } = await analyze((await program(seed)).trace())
		expect(findings.filter(({ level }) => level !== 'suspected')).toEqual([])
	})
})
