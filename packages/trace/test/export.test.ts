// What the exports make is read by the tools that it is for.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
	type Conversion,
	chrome,
	convert,
	csv,
	ExportError,
	formats,
	jsonl,
	otlpLines,
	otlpSend,
	pprof,
	speedscope,
	zipkinJson,
} from '@tsgotrace/trace/export'
import { readTrace, TraceReadError } from '@tsgotrace/trace/read'
import { Profile } from 'pprof-format'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Collector, plain } from './collector.js'
import { loadTrace } from './perfetto.js'
import { lane, names, sample } from './sample.js'
import { importInSpeedscope } from './speedscope.js'
import { realtime, TraceMaker } from './traces.js'

async function bytesOf(conversion: Conversion, trace: Uint8Array = sample().bytes()): Promise<Buffer> {
	const chunks: Buffer[] = []
	for await (const chunk of convert(readTrace(trace), conversion)) chunks.push(Buffer.from(chunk as Uint8Array))
	return Buffer.concat(chunks)
}

const textOf = async (conversion: Conversion, trace?: Uint8Array): Promise<string> =>
	(await bytesOf(conversion, trace)).toString()

interface ChromeEvent {
	readonly name: string
	readonly ph: string
	readonly ts: number
	readonly dur?: number
	readonly cat: string
	readonly pid: number
	readonly tid: number
	readonly args: Record<string, unknown>
}
const eventsOf = (text: string): ChromeEvent[] => (JSON.parse(text) as { traceEvents: ChromeEvent[] }).traceEvents

/** By a name that the compiler does not follow: its types do not compile. */
const traceEngine: string = '@paulirish/trace_engine'

describe('Chrome JSON', () => {
	it('has every event with its phase', async () => {
		const events = eventsOf(await textOf(chrome({ lanes: 'async' })))
		const of = (ph: string): object[] => events.filter(e => e.ph === ph)
		expect(of('b')).toMatchObject([
			{ name: 'query', ts: 1, id: '0x1', args: { sql: 'select "x", 1' }, pid: 42, tid: 42, cat: 'blink.user_timing' },
			{ name: 'query', ts: 1.5, id: '0x2' },
			{ name: 'query', ts: 4.5, id: '0x5' },
		])
		expect(of('e')).toMatchObject([
			{ name: 'query', ts: 2.5, id: '0x1' },
			{ name: 'query', ts: 4, id: '0x2' },
		])
		expect(of('B').concat(of('E'))).toMatchObject([
			{ name: 'handle', ts: 2, cat: 'shop/db' },
			{ name: 'parse', ts: 2.1 },
			{ name: 'parse', ts: 2.35 },
			{ name: 'handle', ts: 3 },
		])
		expect(of('I').slice(1)).toMatchObject([
			{ name: 'shop/db:traceRow', ts: 1.6, args: { n: 3 } },
			{ name: 'shop/db:traceRow', ts: 2.15, args: { n: 0.5 } },
			{ name: '--- 5 events lost: queue ---', ts: 4.1, s: 'g' },
			{ name: 'end of the trace', ts: 4.5 },
		])
		expect(of('C')).toMatchObject([{ name: 'shop/db:traceOpenCount', args: { value: 7 } }])
		expect(of('M')).toMatchObject([{ args: { name: 'app' } }, { args: { name: 'main' } }])
	})

	it('is loaded by Perfetto', async () => {
		for (const lanes of ['async', 'threads'] as const) {
			const { faults, rows } = await loadTrace(await bytesOf(chrome({ lanes })), {
				slices: 'select ts, dur, name from slice where name in ("query", "handle", "parse") order by ts',
				counters: 'select value from counter',
			})
			expect(faults).toEqual([])
			expect(rows['slices']).toMatchObject([
				{ ts: 1000n, dur: 1500n, name: 'query' },
				{ ts: 1500n, dur: 2500n, name: 'query' },
				{ ts: 2000n, dur: 1000n, name: 'handle' },
				{ ts: 2100n, dur: 250n, name: 'parse' },
				{ ts: 4500n, dur: -1n, name: 'query' },
			])
			expect(rows['counters']).toMatchObject([{ value: 7 }])
		}
	})

	it("is read by DevTools' trace engine, with the slices in its timings", async () => {
		vi.stubGlobal('DOMRect', class {})
		const { Processor } = (await import(traceEngine)) as unknown as {
			Processor: {
				TraceProcessor: {
					createWithAllHandlers(): {
						parse(events: object[], options: object): Promise<void>
						data: { UserTimings: { performanceMeasures: ChromeEvent[] } }
					}
				}
			}
		}
		const engine = Processor.TraceProcessor.createWithAllHandlers()
		await engine.parse(eventsOf(await textOf(chrome({ lanes: 'async' }))), {
			isFreshRecording: false,
			isCPUProfile: false,
			metadata: {},
		})
		expect(engine.data.UserTimings.performanceMeasures.map(({ name, ts, dur }) => ({ name, ts, dur }))).toMatchObject([
			{ name: 'query', ts: 1, dur: 1.5 },
			{ name: 'query', ts: 1.5, dur: 2.5 },
		])
	})

	it('is imported by speedscope', async () => {
		// It counts from the first event of a profile, in microseconds, and adds the arguments to the name.
		expect(await callsOf('trace.json', await textOf(chrome({ lanes: 'async' })))).toEqual({
			'app (pid 42), main (tid 42)': ['handle {} 0', 'parse {} 0.1', '/parse {} 0.35', '/handle {} 1'],
		})
		const flat = await callsOf('trace.json', await textOf(chrome()))
		expect(flat['app (pid 42), query (tid 901)']).toEqual(['query {} 0', '/query {} 2.5'])
	})

	it('of a trace that is cut is whole', async () => {
		const bytes = sample().bytes()
		for (const end of [bytes.length - 5, 100, 3]) {
			let text = ''
			const converting = async (): Promise<void> => {
				for await (const chunk of convert(readTrace(bytes.subarray(0, end)), chrome())) text += String(chunk)
			}
			await expect(converting()).rejects.toThrow(TraceReadError)
			expect(Array.isArray(eventsOf(text))).toBe(true)
		}
	})
})

/** The calls of each profile in their order, as speedscope sees them. */
async function callsOf(name: string, text: string): Promise<Record<string, string[]>> {
	const profiles = await importInSpeedscope(name, text)
	return Object.fromEntries(
		profiles.map(profile => {
			const calls: string[] = []
			const call = (node: { frame: { name: string } }, at: number, mark: string): unknown =>
				calls.push(`${mark}${node.frame.name} ${Math.round(at * 1000) / 1000}`)
			profile.forEachCall(
				(node, at) => void call(node, at, ''),
				(node, at) => void call(node, at, '/'),
			)
			return [profile.getName(), calls]
		}),
	)
}

describe("speedscope's format", () => {
	it('is imported by speedscope, a profile for each lane', async () => {
		const notes: string[] = []
		const text = await textOf(speedscope({ note: note => notes.push(note) }))
		const profiles = (await importInSpeedscope('a.speedscope.json', text)).map(p => [p.getName(), p.getTotalWeight()])
		expect(profiles).toEqual([
			['app 42, main, lane 1', 3500],
			['app 42, main, lane 2', 2500],
			['app 42, main', 1000],
		])
		const calls = await callsOf('a.speedscope.json', await textOf(speedscope()))
		expect(calls['app 42, main']).toEqual([
			'shop/db:handle 0',
			'shop/db:parse 100',
			'/shop/db:parse 350',
			'/shop/db:handle 1000',
		])
		expect(notes).toEqual(['3 events that are not slices were omitted: speedscope cannot show them'])
	})

	it('is put together in order, however the lanes interleave', async () => {
		const trace = sample()
		const n = 30_000
		for (let i = 0; i < n; i++)
			trace
				.event(1, 1, 2, 10, { track_uuid: 901 })
				.event(1, 1, 4, 10)
				.event(2, 1, 2, 10, { track_uuid: 901 })
				.event(2, 1, 4, 10)
		const file = JSON.parse(await textOf(speedscope(), trace.bytes())) as {
			profiles: { name: string; events: { type: string; at: number }[] }[]
		}
		expect(file.profiles.map(p => p.events.length)).toEqual([4, 2 + 2 * n, 4 + 2 * n])
		for (const { events } of file.profiles) {
			expect(events.every((e, i) => i === 0 || e.at >= events[i - 1]!.at)).toBe(true)
			expect(events.every((e, i) => i < 4 || e.type === (i % 2 === 0 ? 'O' : 'C'))).toBe(true)
		}
	})
})

describe('pprof', () => {
	it('has counts and own times by stack, sampled events weighed', async () => {
		const profile = Profile.decode(gunzipSync(await bytesOf(pprof())))
		const text = (i: number | bigint): string => profile.stringTable.strings[Number(i)]!
		const name = (id: number | bigint): string => text(profile.function.find(f => f.id === id)!.name)
		const samples = profile.sample.map(s => [s.locationId.map(name).join(' < '), ...s.value.map(Number)])
		expect(samples.map(String).sort()).toEqual(
			[
				['shop/db:handle', 1, 750],
				['shop/db:parse < shop/db:handle', 1, 250],
				['shop/db:query', 2, 4000],
				['shop/db:traceRow < shop/db:parse < shop/db:handle', 10, 0],
				['shop/db:traceRow', 10, 0],
			]
				.map(String)
				.sort(),
		)
		expect(profile.sampleType.map(t => [text(t.type), text(t.unit)])).toEqual([
			['events', 'count'],
			['time', 'nanoseconds'],
		])
		expect(profile.function.map(f => `${text(f.filename)}:${f.startLine}`)).toContain('src/a.ts:1')
		expect([profile.timeNanos, Number(profile.durationNanos)]).toEqual([realtime + 1000n, 3500])
	})

	// Go builds its tools when they are first used.
	it.skipIf(spawnSync('go', ['version']).error !== undefined)(
		'is read by go tool pprof',
		{
			timeout: 600_000,
		},
		async () => {
			const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-pprof-'))
			try {
				writeFileSync(join(dir, 'a.pb.gz'), await bytesOf(pprof()))
				const top = execFileSync('go', ['tool', 'pprof', '-top', '-unit=ns', join(dir, 'a.pb.gz')], {
					encoding: 'utf8',
				})
				expect(top).toMatch(/4000ns.*shop\/db:query/)
				expect(top).toMatch(/750ns.*1000ns.*shop\/db:handle/)
			} finally {
				rmSync(dir, { recursive: true })
			}
		},
	)
})

describe('text', () => {
	it('CSV quotes what it has to', async () => {
		const lines = (await textOf(csv())).split('\r\n')
		expect(lines.slice(0, 2)).toEqual([
			'time_ns,type,id,pid,tid,thread,lane,duration_ns,value,args',
			'1000,begin,shop/db:traceQueryBegin,42,42,main,query,,,"{""sql"":""select \\""x\\"", 1""}"',
		])
		expect(lines).toContain('3000,counter,shop/db:traceOpenCount,42,42,main,open,,7,')
		expect(lines).toContain('2500,end,shop/db:traceQueryEnd,42,42,main,query,1500,,')
		expect(lines).toHaveLength(1 + 12 + 1)
		expect(await textOf(csv(), new TraceMaker().header().bytes())).toBe(
			'time_ns,type,id,pid,tid,thread,lane,duration_ns,value,args\r\n',
		)
	})

	it('Markdown has a row for each slice, whatever its arguments are', async () => {
		const notes: string[] = []
		const made = formats.find(({ name }) => name === 'md')!.load({ note: note => notes.push(note) })
		const trace = new TraceMaker().header().state().intern(names).add(lane(900))
		trace.event(1, 1, 2, 1000, { track_uuid: 900, debug_annotations: [{ name_iid: 64, string_value: 'a | `b`\n`' }] })
		trace.event(3, 1, 1, 10).event(2, 1, 2, 500, { track_uuid: 900 }).event(1, 1, 4, 0)
		expect(await textOf(await made, trace.bytes())).toBe(`| start (s) | duration | self | slice | thread | arguments |
|---:|---:|---:|---|---|---|
| 0.000001000 | 510 ns | 510 ns | \`shop/db:query\` | 42/main | \`\`sql="a \\| \`b\`\\n\`"\`\` |
| 0.000001510 | no end | 0 ns | \`shop/db:handle\` | 42/main |  |
`)
		expect(notes).toEqual(['1 events that are not slices were omitted'])
	})

	it('ends that another tool wrote have the names of their slices, and how long these took', async () => {
		const trace = new TraceMaker().header().state().intern(names).event(1, 1, 4, 1000)
		// As other tools write it: no name, no category.
		trace.add({ timestamp: 250, sequence_flags: 2, track_event: { type: 2 } })
		const rows = (await textOf(jsonl(), trace.bytes())).trim().split('\n')
		expect(JSON.parse(rows.at(-1)!)).toMatchObject({
			type: 'end',
			id: 'shop/db:handle',
			category: 'shop/db',
			name: 'handle',
			duration: 250,
		})
		expect(await textOf(csv(), trace.bytes())).toContain('1250,end,shop/db:handle,42,42,main,,250,,\r\n')
		const [begin, end] = (await textOf(chrome(), trace.bytes())).match(/"ph":"[BE]"/g)!
		expect([begin, end]).toEqual(['"ph":"B"', '"ph":"E"'])
	})

	it('JSON lines have everything', async () => {
		const rows = (await textOf(jsonl()))
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as { type: string })
		const read = []
		for await (const item of readTrace(sample().bytes())) read.push(item.type)
		expect(rows.map(r => r.type)).toEqual(read)
	})
})

describe('OTLP', () => {
	let collector: Collector
	let url: string
	beforeEach(async () => {
		collector = new Collector()
		url = await collector.start()
	})
	afterEach(async () => {
		vi.unstubAllEnvs()
		await collector.stop()
	})
	const at = (ns: number): string => String(realtime + BigInt(ns))

	it('has the slices that never end, and what happened in them', async () => {
		const inner = { track_uuid: 900, debug_annotations: [{ name_iid: 65, int_value: 1 }] }
		const trace = new TraceMaker().header().state().intern(names).add(lane(900))
		// parse begins within handle and has no end; what happens then is within parse.
		trace.event(1, 1, 4, 10, { track_uuid: 900 }).event(1, 1, 5, 10, { track_uuid: 900 }).event(3, 1, 1, 10, inner)
		trace.event(2, 1, 4, 10, { track_uuid: 900 })
		const text = await textOf(otlpLines(), trace.bytes())
		const spans = text.match(/"name":"(handle|parse|main|shop\/db:traceRow)"/g)
		expect(spans?.sort()).toEqual(['"name":"handle"', '"name":"parse"', '"name":"shop/db:traceRow"'])
	})

	it('has a span for each slice, with its events', async () => {
		const notes: string[] = []
		await textOf(otlpSend({ url, note: note => notes.push(note) }))
		const spans = collector.spans
		expect(notes).toEqual([`${spans.length + 4} spans, events and log records sent`])
		const root = spans.find(s => s.name === 'main')
		expect(root).toMatchObject({ name: 'main', startTimeUnixNano: at(1000), endTimeUnixNano: at(4500) })
		expect(root!.events.map(e => [e.name, e.timeUnixNano])).toEqual([
			['shop/db:traceRow', at(1600)],
			['shop/db:traceOpenCount', at(3000)],
			['--- 5 events lost: queue ---', at(4100)],
		])
		const queries = spans.filter(s => s.name === 'query')
		expect(
			queries.map(s => [
				s.startTimeUnixNano,
				s.endTimeUnixNano,
				s.parentSpanId,
				plain(s.attributes)['tsgotrace.unfinished'],
			]),
		).toEqual([
			[at(1000), at(2500), '', undefined],
			[at(1500), at(4000), '', undefined],
			[at(4500), at(4500), '', true],
		])
		expect(plain(queries[0]!.attributes)).toMatchObject({
			sql: 'select "x", 1',
			'tsgotrace.event': 'shop/db:traceQueryBegin',
			'thread.name': 'main',
		})
		const [parse] = spans.filter(s => s.name === 'parse')
		expect(parse!.parentSpanId).toBe(spans.find(s => s.name === 'handle')!.spanId)
		expect(parse!.events).toMatchObject([{ name: 'shop/db:traceRow', timeUnixNano: at(2150) }])
		expect(new Set(spans.map(s => s.spanId)).size).toBe(spans.length)
		// A trace for each slice that is in no other one, and one for what happened outside of all.
		expect(new Set(spans.map(s => s.traceId)).size).toBe(5)
		expect(parse!.traceId).toBe(spans.find(s => s.name === 'handle')!.traceId)
		expect(spans.every(s => /^[\da-f]{32}$/.test(s.traceId))).toBe(true)
		expect(plain(collector.resources[0]!)).toMatchObject({ 'process.pid': 42, 'service.name': 'app' })
	})

	it('has a log record for each event, if asked to', async () => {
		await textOf(otlpSend({ url, events: 'logs' }))
		expect(collector.logs.map(l => [l.body.stringValue, l.timeUnixNano, l.severityText])).toEqual([
			['shop/db:traceRow', at(1600), 'INFO'],
			['shop/db:traceRow', at(2150), 'INFO'],
			['shop/db:traceOpenCount', at(3000), 'INFO'],
			['tsgotrace.loss', at(4100), 'WARN'],
		])
		expect(collector.logs[1]!.spanId).toBe(collector.spans.find(s => s.name === 'parse')!.spanId)
	})

	it('goes where the environment says, with what it says', async () => {
		vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url)
		vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=secret')
		vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip')
		vi.stubEnv('OTEL_SERVICE_NAME', 'shop')
		vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment=test')
		await textOf(otlpSend())
		expect(collector.spans.length).toBeGreaterThan(0)
		expect(collector.headers[0]).toMatchObject({ 'x-key': 'secret', 'content-encoding': 'gzip' })
		expect(plain(collector.resources[0]!)).toMatchObject({ 'service.name': 'shop', 'deployment.environment': 'test' })
	})

	it('loses none of 110,000 events, though the collector is slow', async () => {
		collector.answer = () => ({ status: 200, ms: 2 })
		const event = new TraceMaker().event(3, 1, 1, 100, { debug_annotations: [{ name_iid: 65, int_value: 1 }] }).bytes()
		const trace = Buffer.concat([sample().bytes(), ...Array.from({ length: 110_000 }, () => event)])
		await textOf(otlpSend({ url }), trace)
		const received = collector.spans.reduce(
			(sum, s) => sum + s.events.filter(e => e.name === 'shop/db:traceRow').length,
			0,
		)
		expect(received).toBe(110_002)
		expect(collector.spans.every(s => s.events.length <= 128)).toBe(true)
		expect(collector.max).toBe(1)
	})

	it('that cannot be sent is reported at once, tried again, and counted', async () => {
		vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '1500')
		await collector.stop()
		const warnings: string[] = []
		const error: unknown = await textOf(otlpSend({ url, warn: text => warnings.push(text) })).catch((e: unknown) => e)
		expect(warnings).toEqual([`${url}/v1/traces: connect ECONNREFUSED ${url.slice('http://'.length)}; retrying`])
		expect((error as ExportError).stats).toMatchObject({ sent: 0, failed: 10, dropped: 0 })
		expect((error as ExportError).message).toContain('ECONNREFUSED')
	})

	it('goes through when a collector that was too busy takes it later', async () => {
		collector.answer = request => ({ status: request === 0 ? 503 : 200, ms: 0 })
		const warnings: string[] = []
		await textOf(otlpSend({ url, warn: text => warnings.push(text) }))
		expect(warnings).toEqual([`${url}/v1/traces: 503 Service Unavailable; retrying`])
		expect([collector.requests, collector.spans.length]).toEqual([2, 6])
	})

	it('that is refused is an error which counts', async () => {
		collector.answer = () => ({ status: 400, ms: 0 })
		const error: unknown = await textOf(otlpSend({ url })).catch((e: unknown) => e)
		expect(error).toBeInstanceOf(ExportError)
		expect((error as ExportError).stats).toMatchObject({ sent: 0, failed: 10, dropped: 0 })
	})

	it('is written to a file as the collector reads it', async () => {
		const text = await textOf(otlpLines({ events: 'logs' }))
		const lines = text
			.trim()
			.split('\n')
			.map(
				line =>
					JSON.parse(line) as Record<
						string,
						{ scopeSpans: { spans: { name: string }[] }[]; scopeLogs: { logRecords: object[] }[] }[]
					>,
			)
		const spans = lines.flatMap(l => l['resourceSpans'] ?? []).flatMap(r => r.scopeSpans.flatMap(s => s.spans))
		const logs = lines.flatMap(l => l['resourceLogs'] ?? []).flatMap(r => r.scopeLogs.flatMap(s => s.logRecords))
		expect(spans.map(s => s.name).sort()).toEqual(['handle', 'main', 'parse', 'query', 'query', 'query'])
		expect(logs).toHaveLength(4)
	})
})

describe('Zipkin', () => {
	it('is an array of spans, with durations of at least 1', async () => {
		const spans = JSON.parse(await textOf(zipkinJson())) as {
			name: string
			timestamp: number
			duration: number
			id: string
			parentId?: string
			annotations?: object[]
		}[]
		const us = Number(realtime / 1000n)
		const root = spans.find(s => s.name === 'main')
		expect(spans.filter(s => s.name === 'query')).toMatchObject([
			{ timestamp: us + 1, duration: 2, localEndpoint: { serviceName: 'app' }, tags: { sql: 'select "x", 1' } },
			{ timestamp: us + 2, duration: 2 },
			// 0 would mean that it is not known.
			{ timestamp: us + 5, duration: 1 },
		])
		expect(root).toMatchObject({
			name: 'main',
			annotations: [
				{ value: 'shop/db:traceRow' },
				{ value: 'shop/db:traceOpenCount' },
				{ value: '--- 5 events lost: queue ---' },
			],
		})
	})
})
