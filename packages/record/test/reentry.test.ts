// What the recorder calls may call the recorder, and the traced program.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeEvents } from '../../trace/test/proto.js'
import { declare } from './events.js'

const step = declare('reentry:traceStep', 'n: number', 'what: string')
const other = declare('reentry:traceOther', 'n: number', 'what: string')
const events = 'reentry:*'
const dir = mkdtempSync(join(tmpdir(), 'reentry-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('the function that takes chunks', () => {
	it('may stop the recorder: the last chunk comes, and what follows counts as dropped', () => {
		const chunks: Uint8Array[] = []
		const errors: Error[] = []
		const rec = record({
			events,
			to: chunk => {
				chunks.push(chunk)
				if (chunks.length > 1) rec.stop()
			},
			onError: error => errors.push(error),
		})
		for (let i = 0; i < 10_000; i++) step(i, 'x')
		const { signals, recorded, dropped } = rec.stats
		expect(errors).toEqual([])
		// The event that found the buffer full had no place any more.
		expect([signals, dropped]).toEqual([recorded + 1, 1])
		const decoded = decodeEvents(Buffer.concat(chunks))
		expect(decoded.filter(({ id }) => id === 'reentry:traceStep')).toHaveLength(recorded)
		expect(decoded.at(-1)).toMatchObject({ id: 'tsgotrace:end' })
	})

	it('may signal events, and so may the one that takes the error: they are counted as what they are', () => {
		const chunks: Uint8Array[] = []
		let failing = false
		let calls = 0
		const rec = record({
			events,
			to: chunk => {
				other(calls++, `call ${calls}`)
				if (failing) throw new Error('not now')
				chunks.push(chunk)
			},
			onError: () => other(-1, 'of onError'),
		})
		for (let i = 0; i < 6000; i++) step(i, `early ${i % 3}`)
		failing = true
		for (let i = 0; i < 6000; i++) step(i, `lost ${i % 3}`)
		failing = false
		for (let i = 0; i < 6000; i++) step(i, `late ${i % 3}`)
		rec.stop()
		const decoded = decodeEvents(Buffer.concat(chunks))
		const of = (name: string): typeof decoded => decoded.filter(({ id }) => id === `reentry:${name}`)
		const { 'reentry:traceStep': steps, 'reentry:traceOther': others } = rec.stats.events
		expect(steps).toMatchObject({ signals: 18_000, recorded: of('traceStep').length })
		expect(others!.recorded).toBe(of('traceOther').length)
		expect(others!.dropped).toBeGreaterThan(0)
		for (const { args } of of('traceStep')) expect(args['what']).toMatch(/^(early|lost|late) [012]$/)
		for (const { args } of of('traceOther')) expect(args['what']).toMatch(/^(call \d+|of onError)$/)
	})
})

describe('two recorders', () => {
	it('do not write one file, neither now nor from another directory; when the first has ended they may', () => {
		const to = join(dir, 'one.perfetto-trace')
		const first = record({ events, to })
		step(1, 'x')
		expect(() => record({ events, to: join(dir, 'none/../one.perfetto-trace') })).toThrow(
			/another recorder already writes .*; each needs its own path/,
		)
		first.stop()
		expect(decodeEvents(readFileSync(to)).filter(({ id }) => id === 'reentry:traceStep')).toHaveLength(1)
		record({ events, to }).stop()
		expect(step.event.probes).toBeFalsy()
	})
})

describe('a path', () => {
	it('may have a % in it, in dumps too', () => {
		using rec = record({ events, to: { ring: 1 << 18, dumpTo: join(dir, '100%%no-%n.perfetto-trace') } })
		expect(rec.dumpSync()).toBe(join(dir, '100%no-0.perfetto-trace'))
		expect(existsSync(rec.dumpSync())).toBe(true)
	})
})
