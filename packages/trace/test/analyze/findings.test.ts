// Planted faults are found, by the right rule and about the right thing; programs without a fault have no finding of
// which we claim to be sure.
import { analyze } from '@tsgotrace/trace/analyze'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
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
