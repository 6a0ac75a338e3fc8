// node record-child.mjs ROUNDS: what recording an event costs, and what the same costs with what else people use. All
// in one process, in alternating batches. Times are of the processor (user and system, all threads), not of the clock
// on the wall. Prints medians in ns, and bytes an event, as JSON.
import { closeSync, createWriteStream, mkdtempSync, openSync, readFileSync, rmSync, writevSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { record } from '@tsgotrace/record'
import chromeTrace from 'chrome-trace-event'
import pino from 'pino'
import { quantile } from './stats.mjs'
import { stub } from './stub.mjs'

// The ones that the exports are tested with: the newest API, which another bench has, is too new for them.
const ours = createRequire(new URL('../../packages/record/package.json', import.meta.url))
const { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } = ours('@opentelemetry/sdk-trace')
const { ProtobufTraceSerializer } = ours('@opentelemetry/otlp-transformer')

const rounds = Number(process.argv[2])
/** Events of a batch. */
const N = 20_000
const dir = mkdtempSync(join(tmpdir(), 'bench-record-'))
const now = performance.now.bind(performance)

/**
 * Names of properties, which are internalized as literals of a program are. Whether V8 compares other strings by their
 * pointers depends on when the garbage collector ran: up to 6 ns an event, from one build of the recorder to the next.
 */
const strings = Array.from(
	{ length: 200 },
	(_, i) => Object.keys({ [`SELECT * FROM table_${i} WHERE id = ? AND name = ? ORDER BY id LIMIT 10 -- ${i}`]: 0 })[0],
)
const sqls = Array.from({ length: N }, () => strings[Math.floor(200 * Math.random() ** 3)])
const ms = Float64Array.from({ length: N }, () => Math.random() * 100)
/** Of which no table has a place for all. */
const ids = Array.from({ length: N }, (_, i) => `request ${i} of ${i * 7919}`)
let compiled = 0
/**
 * A separate function for each use: one that calls many inlines none of them. The comment makes texts differ, as the
 * engine compiles the same text once, and has one memory of what it called.
 */
const apart = (...text) => {
	const body = text.pop()
	// oxlint-disable-next-line typescript/no-implied-eval -- see above
	return new Function(...text, `// ${compiled++}\n${body}`)
}
/** Every second event has four arguments. */
const mixed = (query, tick) =>
	apart(
		'query',
		'tick',
		'sqls',
		'ms',
		'return i => (i & 1 ? query(sqls[i], i, ms[i], (i & 2) === 0) : tick())',
	)(query, tick, sqls, ms)

const make = kind => ({
	query: stub(`${kind}:traceQuery`, 'sql: string', 'rows: number', 'ms: number', 'ok: boolean'),
	tick: stub(`${kind}:traceTick`),
	numbers: stub(`${kind}:traceNumbers`, 'a: number', 'b: number', 'c: number', 'd: number'),
	text: stub(`${kind}:traceText`, 'text: string'),
})
const inFile = make('file')
const inRing = make('ring')
const inMemory = make('memory')
const recorders = [
	record({ events: 'file:*', to: join(dir, 'ours.perfetto-trace') }),
	record({ events: 'ring:*', to: { ring: 4 << 20, dumpTo: join(dir, 'flight-%n.perfetto-trace') } }),
	record({ events: 'memory:*', to: () => {} }),
]

const chromeOf = path => {
	const chrome = new chromeTrace.Tracer()
	const out = createWriteStream(path)
	chrome.pipe(out)
	const written = async () => {
		while (chrome.readableLength > 0 || out.writableLength > 0) await new Promise(resolve => setImmediate(resolve))
	}
	return {
		query: (sql, rows, ms, ok) => chrome.instantEvent({ name: 'query', cat: ['app'], args: { sql, rows, ms, ok } }),
		tick: () => chrome.instantEvent({ name: 'tick', cat: ['app'] }),
		written,
		/** It does not end its stream itself. */
		end: async () => {
			chrome.flush()
			await written()
			await new Promise(resolve => out.end(resolve))
		},
	}
}
const chrome = chromeOf(join(dir, 'chrome.json'))
const logger = pino(pino.destination({ dest: join(dir, 'pino.log'), sync: true, minLength: 16_384, maxWrite: 65_536 }))
const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
	spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1e7, scheduledDelayMillis: 1e9 })],
})
const tracer = provider.getTracer('bench')
const spans = {
	query: (sql, rows, ms, ok) => tracer.startSpan('query', { attributes: { sql, rows, ms, ok } }).end(),
	tick: () => tracer.startSpan('tick').end(),
}

let sink = 0
/** Where nothing else is said, every second event has no arguments. */
const batches = {
	clock: i => {
		sink += now()
		sink += i & 1
	},
	file: mixed(inFile.query, inFile.tick),
	tick: () => inFile.tick(),
	numbers: i => inFile.numbers(i, i & 127, ms[i], 7),
	query: i => inFile.query(sqls[i], i, ms[i], (i & 2) === 0),
	unique: i => inFile.text(ids[i]),
	memory: mixed(inMemory.query, inMemory.tick),
	ring: mixed(inRing.query, inRing.tick),
	mark: mixed(
		(sql, rows, ms, ok) => performance.mark('query', { detail: { sql, rows, ms, ok } }),
		() => performance.mark('tick'),
	),
	chrome: mixed(chrome.query, chrome.tick),
	pino: mixed(
		(sql, rows, ms, ok) => logger.info({ sql, rows, ms, ok }, 'query'),
		() => logger.info('tick'),
	),
	span: mixed(spans.query, spans.tick),
}
// What a batch leaves behind is written, or thrown away, as part of its cost.
const after = {
	mark: () => performance.clearMarks(),
	span: async () => {
		await provider.forceFlush()
		exporter.reset()
	},
	chrome: chrome.written,
}

const names = Object.keys(batches)
const loops = Object.fromEntries(names.map(name => [name, apart('batch', 'N', 'for (let i = 0; i < N; i++) batch(i)')]))
/** Of a ring of 4 MiB, to a new file each. */
const dumps = []
/** The same number of bytes, written to a new file each by one call of the system: what no dump can do without. */
const writes = []
const plain = Array.from({ length: 64 }, () => new Uint8Array(64 << 10).fill(1))
function write() {
	const path = join(dir, 'plain')
	const fd = openSync(path, 'w')
	writevSync(fd, plain)
	closeSync(fd)
	return path
}
/**
 * @param fn gives the path of what it has written, which is removed: hundreds of them would fill the memory for files,
 * and then the system lets writers wait
 */
const timed = fn => {
	const started = now()
	const path = fn()
	const ns = (now() - started) * 1e6
	rmSync(path)
	return ns
}
const samples = Object.fromEntries(names.map(name => [name, []]))
for (let round = 0; round < rounds; round++) {
	for (let j = 0; j < names.length; j++) {
		// Another one goes first each time.
		const name = names[(round + j) % names.length]
		const before = process.cpuUsage()
		loops[name](batches[name], N)
		await after[name]?.()
		const { user, system } = process.cpuUsage(before)
		if (round >= rounds / 4) samples[name].push(((user + system) * 1000) / N)
	}
	const dumped = timed(() => recorders[1].dumpSync())
	const wrote = timed(write)
	// It is full by then.
	if (round < rounds / 2) continue
	dumps.push(dumped)
	writes.push(wrote)
}

for (const recorder of recorders) recorder.stop()
await chrome.end()
const sizes = await measureSizes()
rmSync(dir, { recursive: true })
globalThis.sink = sink
const ns = Object.fromEntries(names.map(name => [name, quantile(samples[name], 0.5)]))
console.log(JSON.stringify({ ns, dump: { dump: quantile(dumps, 0.5), write: quantile(writes, 0.5) }, sizes }))

/** The same events again, each to a separate file. */
async function measureSizes() {
	const share = bytes => ({
		raw: +(bytes.length / N).toFixed(1),
		gzip: +(gzipSync(bytes, { level: 6 }).length / N).toFixed(1),
	})
	const all = event => {
		for (let i = 0; i < N; i++) event(i)
	}
	const path = name => join(dir, `size-${name}`)
	const small = make('size')
	const recorder = record({ events: 'size:*', to: path('ours') })
	all(mixed(small.query, small.tick))
	recorder.stop()
	const json = chromeOf(path('chrome'))
	all(mixed(json.query, json.tick))
	await json.end()
	exporter.reset()
	all(batches.span)
	await provider.forceFlush()
	// As many at a time as the batch processor sends.
	const finished = exporter.getFinishedSpans()
	const requests = []
	for (let i = 0; i < finished.length; i += 512)
		requests.push(ProtobufTraceSerializer.serializeRequest(finished.slice(i, i + 512)))
	return {
		ours: share(readFileSync(path('ours'))),
		chrome: share(readFileSync(path('chrome'))),
		otlp: share(Buffer.concat(requests)),
	}
}
