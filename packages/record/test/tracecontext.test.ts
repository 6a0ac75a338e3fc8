// Slices in spans of OpenTelemetry, by its own API and SDK.
import { type Context, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { record } from '@tsgotrace/record'
import { type Conversion, convert, otlp, otlpLines, pprof, speedscope, zipkinJson } from '@tsgotrace/trace/export'
import { readTrace, type TraceArgs } from '@tsgotrace/trace/read'
import { type Slice, slicesOf } from '@tsgotrace/trace/slices'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { Collector, plain } from '../../trace/test/collector.js'
import { decodeProfile } from '../../trace/test/decodeprofile.js'
import { importInSpeedscope } from '../../trace/test/speedscope.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const begin = declare('context:traceLoadBegin', 'id: number', 'what: unknown')
const end = declare('context:traceLoadEnd', 'id: number')
const tick = declare('context:traceTick')
const [innerBegin, innerEnd] = [declare('context:traceInnerBegin'), declare('context:traceInnerEnd')]

const tracer = new TracerProvider().getTracer('test')

function register(): void {
	context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
}
afterEach(() => context.disable())

async function begins(bytes: Uint8Array): Promise<{ id: string; args: TraceArgs }[]> {
	const found: { id: string; args: TraceArgs }[] = []
	for await (const item of readTrace(bytes))
		if (item.type === 'begin') found.push({ id: item.id, args: { ...item.args } })
	return found
}

const ids = (span: Span): object => ({
	'tsgotrace.trace_id': span.spanContext().traceId,
	'tsgotrace.span_id': span.spanContext().spanId,
})

describe('the active span', () => {
	it('is recorded with the slice that begins in it, across awaits, and with nothing else', async () => {
		register()
		const { bytes } = collect({ events: 'context:*' })
		const work = async (id: number): Promise<Span> =>
			tracer.startActiveSpan(`request ${id}`, async span => {
				await new Promise(resolve => setTimeout(resolve, 50 * (3 - id)))
				begin(id, 'x')
				tick()
				end(id)
				span.end()
				return span
			})
		const [one, two] = await Promise.all([work(1), work(2)])
		begin(3, 'x')
		end(3)
		const chunk = bytes()
		expect(await begins(chunk)).toEqual([
			{ id: 'context:traceLoadBegin', args: { id: 2, what: 'x', ...ids(two) } },
			{ id: 'context:traceLoadBegin', args: { id: 1, what: 'x', ...ids(one) } },
			{ id: 'context:traceLoadBegin', args: { id: 3, what: 'x' } },
		])
		for await (const item of readTrace(chunk))
			if (item.type === 'instant' || item.type === 'end')
				expect(Object.keys(item.args)).not.toContain('tsgotrace.trace_id')
	})

	it.each([
		['redacted', { redact: { '*': (value: unknown) => value } }],
		['by context', { slices: [{ begin: '*Begin', end: '*End', key: 'context' as const }] }],
	])('is recorded with a slice that is %s', async (_, options) => {
		register()
		const { bytes } = collect({ events: 'context:*', ...options })
		const span = tracer.startSpan('request')
		context.with(trace.setSpan(ROOT_CONTEXT, span), () => {
			// Objects take the general path.
			begin(1, { a: 1 })
			begin(2, 5)
			end(2)
			end(1)
		})
		expect((await begins(bytes())).map(b => b.args)).toEqual([
			{ id: 1, what: { a: 1 }, ...ids(span) },
			{ id: 2, what: 5, ...ids(span) },
		])
	})

	it('is marked if it is not sampled', async () => {
		register()
		const { bytes } = collect({ events: 'context:*' })
		const off = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('off')
		off.startActiveSpan('request', span => {
			begin(1, 1)
			end(1)
			expect(span.isRecording()).toBe(false)
		})
		expect(await begins(bytes())).toMatchObject([{ args: { 'tsgotrace.unsampled': true } }])
	})

	it('is noticed when the API comes after the recorder', async () => {
		const { rec, bytes } = collect({ events: 'context:*' })
		begin(1, 1)
		end(1)
		register()
		rec.flush()
		const span = tracer.startActiveSpan('request', active => {
			begin(2, 2)
			end(2)
			return active
		})
		expect((await begins(bytes())).map(b => b.args)).toEqual([
			{ id: 1, what: 1 },
			{ id: 2, what: 2, ...ids(span) },
		])
	})

	it.each<[string, () => Context]>([
		[
			'throws',
			() => {
				throw new Error('broken')
			},
		],
		['is none', () => ROOT_CONTEXT.setValue(Symbol.for('OpenTelemetry Context Key SPAN'), 5)],
		[
			'has invalid ids',
			() => trace.setSpanContext(ROOT_CONTEXT, { traceId: '0'.repeat(32), spanId: 'x', traceFlags: 1 }),
		],
		[
			'is itself traced',
			() => {
				begin(7, 7)
				return ROOT_CONTEXT
			},
		],
	])('that %s harms nothing', async (_, active) => {
		const errors: Error[] = []
		context.setGlobalContextManager({
			active,
			with: (_context, fn, thisArg, ...args) => fn.call(thisArg as never, ...args),
			bind: (_context, target) => target,
			enable: () => ({}) as never,
			disable: () => ({}) as never,
		})
		const { bytes } = collect({ events: 'context:*', onError: error => errors.push(error) })
		begin(1, 1)
		end(1)
		const found = await begins(bytes())
		expect(found.filter(b => b.args['id'] === 1)).toEqual([{ id: 'context:traceLoadBegin', args: { id: 1, what: 1 } }])
		expect(errors).toEqual([])
	})
})

describe('OTLP', () => {
	const collector = new Collector()
	afterAll(async () => collector.stop())

	it('has slices as children of the spans in which they began', async () => {
		register()
		const sink = otlp(await collector.start())
		const recorder = record({
			events: 'context:*',
			to: sink,
			slices: [
				{ begin: 'context:traceLoadBegin', end: 'context:traceLoadEnd', name: 'traceLoad', key: 'thread' },
				{ begin: 'context:traceInnerBegin', end: 'context:traceInnerEnd', name: 'traceInner', key: 'thread' },
			],
		})
		const [request, part] = tracer.startActiveSpan('request', span => {
			begin(1, 1)
			innerBegin()
			tick()
			innerEnd()
			const inside = tracer.startActiveSpan('part', active => {
				innerBegin()
				innerEnd()
				return active
			})
			end(1)
			return [span, inside]
		})
		begin(2, 2)
		end(2)
		new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('off').startActiveSpan('unsampled', () => {
			begin(3, 3)
			end(3)
		})
		recorder.stop()
		await sink.close()
		expect(sink.error).toBeNull()
		const spans = collector.spans
		const loads = spans
			.filter(s => s.name === 'traceLoad')
			.sort((a, b) => Number(plain(a.attributes)['id']) - Number(plain(b.attributes)['id']))
		const inner = spans.filter(s => s.name === 'traceInner')
		const { traceId, spanId } = request!.spanContext()
		expect(loads.map(s => [s.traceId, s.parentSpanId])).toEqual([
			[traceId, spanId],
			[expect.not.stringContaining(traceId), ''],
			[expect.not.stringContaining(traceId), ''],
		])
		// What is active is the same as around: it is in the slice. A span between comes first.
		expect(inner.map(s => [s.traceId, s.parentSpanId])).toEqual([
			[traceId, loads[0]!.spanId],
			[traceId, part!.spanContext().spanId],
		])
		expect(inner[0]!.events.map(e => e.name)).toEqual(['context:traceTick'])
	})
})

describe('slices in the asynchronous context of others', () => {
	const [outer, outerEnd, query, queryEnd] = [
		declare('within:traceHandleBegin', 'route: string'),
		declare('within:traceHandleEnd'),
		declare('within:traceQueryBegin'),
		declare('within:traceQueryEnd'),
	]

	/** Handles requests that overlap, each with two queries one after the other. */
	async function serve(n: number): Promise<void> {
		const handle = async (route: string): Promise<void> => {
			outer(route)
			for (let i = 0; i < 2; i++) {
				await (async () => {
					await Promise.resolve()
					query()
					await new Promise(resolve => setTimeout(resolve, 1))
					queryEnd()
				})()
			}
			outerEnd()
		}
		const run = async (route: string): Promise<void> => {
			await Promise.resolve()
			await handle(route)
		}
		await Promise.all(Array.from({ length: n }, async (_, i) => run(`/${i}`)))
	}

	it('are within them, in the trace and in all that is made of it', async () => {
		const { rec, bytes } = collect({ events: 'within:*' })
		await serve(20)
		rec.stop()
		const slices: Slice[] = []
		for await (const slice of slicesOf(readTrace(bytes()))) slices.push(slice)
		const queries = slices.filter(({ name }) => name === 'traceQuery')
		const handles = slices.filter(({ name }) => name === 'traceHandle')
		expect([queries.length, handles.length]).toEqual([40, 20])
		for (const handle of handles) {
			const within = queries.filter(({ parent }) => parent === handle)
			expect(within).toHaveLength(2)
			expect(handle.parent).toBeNull()
			const took = within.reduce((sum, { start, end }) => sum + end - start, 0)
			expect(handle.self).toBeCloseTo(handle.end - handle.start - took, 3)
		}

		const spans = JSON.parse((await converted(bytes(), zipkinJson())).toString()) as {
			traceId: string
			id: string
			parentId?: string
			name: string
			tags: Record<string, string>
		}[]
		const roots = spans.filter(({ name }) => name === 'traceHandle')
		expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(20)
		for (const root of roots) {
			expect(root.parentId).toBeUndefined()
			expect(
				spans.filter(
					({ traceId, parentId, name }) => traceId === root.traceId && parentId === root.id && name === 'traceQuery',
				),
			).toHaveLength(2)
		}
	})

	/** Served once: the same requests for each format. */
	async function served(n: number): Promise<Uint8Array> {
		const { rec, bytes } = collect({ events: 'within:*' })
		await serve(n)
		rec.stop()
		return bytes()
	}

	it('are children of their spans in OTLP, in a trace for each root', async () => {
		interface Request {
			readonly resourceSpans: readonly {
				readonly scopeSpans: readonly {
					readonly spans: readonly { traceId: string; spanId: string; parentSpanId?: string; name: string }[]
				}[]
			}[]
		}
		const lines = (await converted(await served(20), otlpLines())).toString().trim().split('\n')
		const spans = lines.flatMap(line =>
			(JSON.parse(line) as Request).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans)),
		)
		const roots = spans.filter(({ parentSpanId }) => !parentSpanId)
		expect(roots.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, () => 'traceHandle'))
		expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(20)
		expect(spans).toHaveLength(60)
		for (const root of roots)
			expect(
				spans
					.filter(({ traceId, parentSpanId }) => traceId === root.traceId && parentSpanId === root.spanId)
					.map(({ name }) => name),
			).toEqual(['traceQuery', 'traceQuery'])
	})

	it('are below them in the stacks of a pprof profile', async () => {
		const { rows } = decodeProfile(await converted(await served(20), pprof()))
		expect(Object.fromEntries(rows.map(({ stack, values }) => [stack.join(' < '), values[0]]))).toEqual({
			'within:traceHandle': 20,
			'within:traceQuery < within:traceHandle': 40,
		})
		expect(rows).toHaveLength(2)
	})

	it('are within them in speedscope, which has no profile for each of them', async () => {
		const text = (await converted(await served(20), speedscope())).toString()
		const profiles = await importInSpeedscope('a.speedscope.json', text)
		// As many as requests that overlapped.
		expect(profiles.length).toBeLessThanOrEqual(20)
		const calls: string[] = []
		for (const profile of profiles) {
			const open: string[] = []
			profile.forEachCall(
				({ frame }) => {
					open.push(frame.name)
					calls.push(open.join(' > '))
				},
				() => open.pop(),
			)
		}
		expect(calls.filter(call => call === 'within:traceHandle')).toHaveLength(20)
		expect(calls.filter(call => call === 'within:traceHandle > within:traceQuery')).toHaveLength(40)
		expect(calls).toHaveLength(60)
	})
})

async function converted(bytes: Uint8Array, conversion: Conversion): Promise<Buffer> {
	const chunks: Buffer[] = []
	for await (const chunk of convert(readTrace(bytes), conversion)) chunks.push(Buffer.from(chunk as Uint8Array))
	return Buffer.concat(chunks)
}
