// A recording that goes to a collector while it is made.
import { spawn } from 'node:child_process'
import { record } from '@tsgotrace/record'
import { otlp } from '@tsgotrace/trace/export'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declare } from '../../record/test/events.js'
import { Collector, plain } from './collector.js'

describe('otlp', () => {
	let collector: Collector
	let url: string
	beforeEach(async () => {
		collector = new Collector()
		url = await collector.start()
	})
	afterEach(async () => collector.stop())
	const received = (id: string): number =>
		collector.spans.reduce((sum, s) => sum + s.events.filter(e => e.name === id).length, 0)

	it('sends slices as spans and other events with them', async () => {
		const [begin, end, tick] = [
			declare('live:traceLoadBegin', 'id: number'),
			declare('live:traceLoadEnd', 'id: number'),
			declare('live:traceTick', 'n: number', 'who: string'),
		]
		const sink = otlp(url)
		const recorder = record({ events: 'live:*', to: sink })
		const before = BigInt(Date.now()) * 1_000_000n
		begin(1)
		begin(2)
		tick(0.5, 'JP')
		end(1)
		end(2)
		recorder.stop()
		await sink.close()
		const loads = collector.spans.filter(s => s.name === 'Load' || s.name === 'traceLoad')
		expect(loads.map(s => plain(s.attributes)['id'])).toEqual([1, 2])
		expect(Math.abs(Number(BigInt(loads[0]!.startTimeUnixNano) - before))).toBeLessThan(1e9)
		const events = collector.spans.flatMap(s => s.events)
		expect(events.map(e => [e.name, plain(e.attributes)])).toEqual([['live:traceTick', { n: 0.5, who: 'JP' }]])
		expect(sink.stats).toEqual({ sent: collector.spans.length + 1, failed: 0, dropped: 0 })
	})

	it('loses none of 110,000 events that come in bursts', async () => {
		collector.answer = () => ({ status: 200, ms: 5 })
		const burst = declare('live:traceBurst', 'n: number')
		// The collector decodes in this thread too: on a busy machine that takes longer than a program would wait.
		const sink = otlp(url, { queue: 100_000, closeWithin: 600_000 })
		const recorder = record({ events: 'live:traceBurst', to: sink })
		for (let i = 0; i < 11; i++) {
			for (let n = 0; n < 10_000; n++) burst(n)
			await new Promise(resolve => setTimeout(resolve, i % 3))
		}
		recorder.stop()
		await sink.close()
		const spans = Math.floor(110_000 / 128) + 1
		expect([collector.spans.length, received('live:traceBurst')]).toEqual([spans, 110_000])
		expect(sink.stats).toEqual({ sent: 110_000 + spans, failed: 0, dropped: 0 })
		// Never two at once: the exporters refuse what is too much at a time.
		expect(collector.max).toBe(1)
	})

	it('counts each event that a slow or broken collector costs', async () => {
		collector.answer = request => ({ status: request % 3 === 1 ? 400 : 200, ms: 20 })
		const flood = declare('live:traceFlood', 'n: number')
		const sink = otlp(url, { queue: 50, every: 5 })
		const recorder = record({ events: 'live:traceFlood', to: sink, flushEvery: 5 })
		for (let i = 0; i < 11; i++) {
			for (let n = 0; n < 10_000; n++) flood(n)
			await new Promise(resolve => setTimeout(resolve, 10))
		}
		recorder.stop()
		await sink.close()
		const { sent, failed, dropped } = sink.stats
		expect(dropped).toBeGreaterThan(0)
		expect(failed).toBeGreaterThan(0)
		expect(sink.error?.message).toContain('Bad Request')
		expect(sent).toBe(received('live:traceFlood') + collector.spans.length)
		// Each 128 events, and the last ones, have a span that is counted as well.
		expect(sent + failed + dropped).toBe(110_000 + Math.floor(110_000 / 128) + 1)
	})

	it('counts what a collector takes only a part of', async () => {
		// partial_success: rejected_spans 5, error_message "bad"
		collector.answer = () => ({ status: 200, ms: 0, body: Buffer.from('0a0708051203626164', 'hex') })
		const tick = declare('live:tracePartial')
		const sink = otlp(url)
		const recorder = record({ events: 'live:tracePartial', to: sink })
		for (let i = 0; i < 100; i++) tick()
		recorder.stop()
		await sink.close()
		expect(sink.stats).toEqual({ sent: 96, failed: 5, dropped: 0 })
		expect(sink.error?.message).toBe('the receiver rejected a part: bad')
	})

	/** A program that signals 3000 events and ends. */
	async function program(end: string): Promise<{ code: number | null; stderr: string }> {
		const code = `import { record } from '@tsgotrace/record'
			import { otlp } from '@tsgotrace/trace/export'
			import { event } from '@tsgotrace/runtime/gen1'
			const tick = event({ 'live:traceTick': 1, probes: null, id: 'live:traceTick', params: ['n: number'], hash: 'h', source: 'a.ts:1', async: false })
			record({ events: 'live:*', to: otlp(process.argv[1], { closeWithin: 300 }) })
			for (let i = 0; i < 3000; i++) tick.probes[0].fn(i)
			${end}`
		const { NODE_OPTIONS: _, ...env } = process.env
		const child = spawn(process.execPath, ['--input-type=module', '-e', code, url], {
			cwd: import.meta.dirname,
			env: { ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '700' },
			stdio: ['ignore', 'ignore', 'pipe'],
		})
		let stderr = ''
		child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
		return { code: await new Promise(resolve => child.on('close', resolve)), stderr }
	}

	it('sends everything of a program that ends by itself', async () => {
		expect(await program('process.exitCode = 7')).toEqual({ code: 7, stderr: '' })
		expect(received('live:traceTick')).toBe(3000)
	})

	it('reports what a program that exits has not sent', async () => {
		const { code, stderr } = await program('process.exit(7)')
		expect(code).toBe(7)
		const lost = [...stderr.matchAll(/^tsgotrace: (\d+) spans and events were not sent before the process ended$/gm)]
		expect(lost.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(3000 + Math.floor(3000 / 128) + 1)
	})

	it('lets a program end though the collector does not answer', async () => {
		collector.answer = () => ({ status: 200, ms: 60_000 })
		const { code, stderr } = await program('process.exitCode = 7')
		expect(code).toBe(7)
		expect(stderr).toContain('not all trace events reach the collector: 3024 failed (no answer within 700 ms)')
	})
})
