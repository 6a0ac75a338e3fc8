// `print` and `summary` of traces that nothing of ours wrote.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { monotonic, TraceMaker } from '../../packages/trace/test/traces.js'
import { bin, cli } from './cli.js'

const names: Record<string, [number, string][]> = {
	event_categories: [[1, 'hello/net']],
	event_names: [
		[1, 'traceRecv'],
		[2, 'request'],
		[3, 'open'],
	],
	debug_annotation_names: [
		[64, 'who'],
		[65, 'n'],
	],
}

function sample(): TraceMaker {
	return new TraceMaker()
		.header()
		.declare('hello/net:traceRequestBegin', 'begin', 'request', 'who: string')
		.declare('hello/net:traceRequestEnd', 'end', 'request', 'who: string')
		.declare('hello/net:traceOpenCount', 'counter', 'open')
		.state()
		.intern(names)
		.add({ sequence_flags: 2, track_descriptor: { uuid: 900, name: 'request', parent_uuid: 420 } })
		.add({ sequence_flags: 2, track_descriptor: { uuid: 901, name: 'open', parent_uuid: 420, counter: {} } })
		.event(1, 1, 2, 1000, { track_uuid: 900, debug_annotations: [{ name_iid: 64, string_value: 'J"P' }] })
		.event(3, 1, 1, 500, {
			debug_annotations: [
				{ name_iid: 64, string_value_iid: 8 },
				{ name_iid: 65, double_value: -0 },
			],
		})
		.event(4, 1, 3, 0, { track_uuid: 901, counter_value: 3 })
		.event(2, 1, 2, 1_500_000_000, { track_uuid: 900 })
		.meta(
			'loss',
			[
				{ name: 'events', uint_value: 5 },
				{ name: 'bytes', uint_value: 150 },
				{ name: 'reason', string_value: 'queue is full' },
			],
			monotonic + 1_500_002_000n,
		)
		.event(4, 1, 3, 1000, { track_uuid: 901, counter_value: 7 })
		.statistics('hello/net:traceRecv', [10, 1, 7, 2], monotonic + 1_600_000_000n)
		.end('stop', monotonic + 1_600_000_000n)
}

const printed = `0.000001000 42/main hello/net:traceRequestBegin who="J\\"P"
0.000001500 42/main hello/net:traceRecv who=[redacted] n=-0
0.000001500 42/main hello/net:traceOpenCount = 3
1.500001500 42/main hello/net:traceRequestEnd (1.50 s)
1.500002000 --- 5 events lost: queue is full ---
1.500002500 42/main hello/net:traceOpenCount = 7
`

describe.concurrent('a trace', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-trace-'))
		const bytes = sample().bytes()
		writeFileSync(join(dir, 'a.trace'), bytes)
		writeFileSync(join(dir, 'a.trace.gz'), gzipSync(bytes))
		writeFileSync(join(dir, 'cut.trace'), bytes.subarray(0, bytes.length - 3))
		writeFileSync(join(dir, 'bad.trace'), Buffer.concat([bytes, Buffer.from('garbage')]))
		writeFileSync(join(dir, 'chrome.json'), '{"traceEvents":[]}')
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	it.each([['a.trace'], ['a.trace.gz']])('%s is printed', async file => {
		expect(await cli(['print', file], dir)).toEqual({ status: 0, stdout: printed, stderr: '' })
	})

	it('of several files is one timeline, however they are named', async () => {
		const several = mkdtempSync(join(tmpdir(), 'tsgotrace-several-'))
		const parts = [
			['app-1.perfetto-trace', new TraceMaker({ sequence: 200, pid: 1 }), [1000, 1000]],
			['app-1.000000.perfetto-trace.gz', new TraceMaker({ sequence: 200, pid: 1, at: monotonic - 5000n }), [1000]],
			['app-22.perfetto-trace', new TraceMaker({ sequence: 201, pid: 22, at: monotonic + 100n }), [1000, 1000]],
		] as const
		for (const [file, maker, deltas] of parts) {
			maker.header().state().intern(names)
			for (const delta of deltas) maker.event(3, 1, 1, delta)
			writeFileSync(join(several, file), file.endsWith('.gz') ? gzipSync(maker.bytes()) : maker.bytes())
		}
		writeFileSync(join(several, 'notes.txt'), 'not a trace')
		const expected = `0.000001000 1/main hello/net:traceRecv
0.000006000 1/main hello/net:traceRecv
0.000006100 22/main hello/net:traceRecv
0.000007000 1/main hello/net:traceRecv
0.000007100 22/main hello/net:traceRecv
`
		for (const paths of [parts.map(([file]) => file), ['.'], ['app-%p.perfetto-trace']])
			expect(await cli(['print', ...paths], several)).toEqual({ status: 0, stdout: expected, stderr: '' })
		const csv = await cli(['convert', '.', '--to', 'csv', '-e', '**'], several)
		const times = csv.stdout.split('\r\n').slice(1, -1)
		expect(times.map(line => line.split(',')[0])).toEqual(['1000', '6000', '6100', '7000', '7100'])
		rmSync(several, { recursive: true })
	})

	it('without an event that matches: the nearest are printed', async () => {
		const run = await cli(['print', 'a.trace', '-e', 'traceRecvd'], dir)
		expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\S+ --- 5 events lost.*\n$/) as string })
		expect(run.stderr).toMatch(
			/^none of the \d+ events of the trace matches traceRecvd\n {2}nearest: hello\/net:traceRecv /,
		)
		expect((await cli(['print', 'a.trace', '-e', '**:traceRecv'], dir)).stderr).toBe('')
	})

	it('is printed in part, and with the time of day', async () => {
		const { stdout } = await cli(['print', 'a.trace', '--utc', '-e', '*/*:traceReq*'], dir)
		expect(stdout).toBe(`2023-11-14T22:13:20.000001123Z 42/main hello/net:traceRequestBegin who="J\\"P"
2023-11-14T22:13:21.500001623Z 42/main hello/net:traceRequestEnd (1.50 s)
2023-11-14T22:13:21.500002123Z --- 5 events lost: queue is full ---
`)
	})

	it('is printed as JSON', async () => {
		const { stdout, status } = await cli(['print', 'a.trace', '--json'], dir)
		expect(status).toBe(0)
		const items = stdout
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as Record<string, unknown>)
		const place = { pid: 42, tid: 42, thread: 'main' }
		expect(items.filter(i => i['id'] === 'hello/net:traceRecv')).toMatchObject([
			{
				type: 'instant',
				time: 1500,
				at: '1700000000000001623',
				args: { who: { $redacted: true }, n: { $number: '-0' } },
				track: '420',
				...place,
			},
			{ type: 'statistics', signals: 10, recorded: 1, sampledOut: 7, dropped: 2 },
		])
		expect(items.filter(i => i['type'] === 'begin')).toMatchObject([
			{ id: 'hello/net:traceRequestBegin', name: 'request', args: { who: 'J"P' }, lane: 'request', ...place },
		])
		expect(items.map(i => i['type'])).toContain('recording')
	})

	it('comes from the standard input', async () => {
		const child = spawn(process.execPath, [bin, 'print', '-'], { cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] })
		let stdout = ''
		child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
		child.stdin.end(readFileSync(join(dir, 'a.trace.gz')))
		expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
		expect(stdout).toBe(printed)
	})

	it('is printed as far as it is read', async () => {
		const event = new TraceMaker().event(3, 1, 1, 500).bytes()
		writeFileSync(
			join(dir, 'long.trace'),
			Buffer.concat([sample().bytes(), ...Array.from({ length: 50_000 }, () => event)]),
		)
		const child = spawn(process.execPath, [bin, 'print', 'long.trace'], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
		let stderr = ''
		child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
		child.stdout.once('data', () => child.stdout.destroy())
		expect(await new Promise(resolve => child.on('exit', resolve))).toBe(0)
		expect(stderr).toBe('')
	})

	it('that is cut is printed to there, and said to be cut', async () => {
		const { status, stdout, stderr } = await cli(['print', 'cut.trace'], dir)
		expect({ status, stdout }).toEqual({ status: 1, stdout: printed })
		expect(stderr).toMatch(
			/^cut\.trace: truncated at byte \d+: the last packet is cut: \d+ of its \d+ bytes are present\n {2}20 packets before that position could be read\n$/,
		)
	})

	it('that stops being one is printed to there', async () => {
		const { status, stdout, stderr } = await cli(['print', 'bad.trace'], dir)
		expect({ status, stdout }).toEqual({ status: 1, stdout: printed })
		expect(stderr).toContain(`bad.trace: corrupt at byte ${sample().bytes().length}: no packet starts here\n`)
	})

	it('that is none is said to be none', async () => {
		const { status, stdout, stderr } = await cli(['print', 'chrome.json'], dir)
		expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
		expect(stderr).toContain('chrome.json: not a Perfetto trace: it looks like a Chrome JSON trace\n  hint: ')
	})

	it.each([['missing.trace'], ['none-%p.trace']])('that is not there (%s) is wrong usage', async file => {
		expect(await cli(['summary', file], dir)).toMatchObject({ status: 2, stdout: '' })
	})

	it('that is empty, or none at all, leaves nothing but a message', async () => {
		writeFileSync(join(dir, 'empty.trace'), '')
		writeFileSync(join(dir, 'image.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
		expect(await cli(['print', 'empty.trace'], dir)).toEqual({
			status: 1,
			stdout: '',
			stderr: 'empty.trace: the file is empty\n',
		})
		const foreign = { status: 1, stdout: '', stderr: 'image.png: not a Perfetto trace\n' }
		expect(await cli(['summary', 'image.png'], dir)).toEqual(foreign)
		expect(await cli(['convert', 'image.png', '--to', 'csv'], dir)).toEqual(foreign)
		expect(await cli(['query', 'image.png', 'select 1'], dir)).toEqual(foreign)
	})

	it.skipIf(!existsSync('/dev/full'))('on a full disk is an error, without a stack', async () => {
		const full = openSync('/dev/full', 'w')
		for (const command of ['print', 'summary']) {
			const child = spawn(process.execPath, [bin, command, 'a.trace'], { cwd: dir, stdio: ['ignore', full, 'pipe'] })
			let stderr = ''
			child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
			expect(await new Promise(resolve => child.on('close', resolve))).toBe(3)
			expect(stderr).toBe('tsgotrace: ENOSPC: no space left on device, write\n')
		}
		closeSync(full)
	})

	it('is summarised', async () => {
		const { status, stdout, stderr } = await cli(['summary', 'a.trace'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(stdout.replace(/ \d+ B/g, ' N B').replace(/; .*per event/, '; N')).toBe(`5 events in 1.50 s, 1 process; N

event                         count   signals   dropped      rate   bytes
hello/net:traceOpenCount          2                        1.33/s    N B
hello/net:traceRecv               1        10         2   0.667/s    N B
hello/net:traceRequestBegin       1                       0.667/s    N B
hello/net:traceRequestEnd         1                       0.667/s    N B

slice               count      p50      p90      p99      max    total     self   distribution
hello/net:request       1   1.50 s   1.50 s   1.50 s   1.50 s   1.50 s   1.50 s   1.50 s █ 1.50 s

slowest                      at     took   arguments
hello/net:request   0.000001000   1.50 s   who="J\\"P"

track             slices     busy   of the time
42/main request        1   1.50 s       100.0 %

counter                    values   min   max   last
hello/net:traceOpenCount        2     3     7      7

lost: 5 events: queue is full
`)
	})

	it('is summarised apart by an argument, as wide as a table has room', async () => {
		const trace = sample()
		for (const [i, route] of ['/cart', '/cart', '/a/very/long/route/of/which/the/middle/says/least'].entries()) {
			const args = {
				debug_annotations: [
					{ name: 'route', string_value: route },
					{ name: 'id', int_value: i },
				],
			}
			trace.add({ sequence_flags: 2, track_descriptor: { uuid: 910 + i, name: 'request', parent_uuid: 420 } })
			trace.event(1, 1, 2, 10, { track_uuid: 910 + i, ...args }).event(2, 1, 2, 1000 * (i + 1), { track_uuid: 910 + i })
		}
		writeFileSync(join(dir, 'routes.trace'), trace.bytes())
		const { stdout } = await cli(['summary', 'routes.trace', '--by', 'route', '--slowest', '2'], dir)
		expect(stdout).toMatch(/^hello\/net:request route="\/cart" +2 /m)
		expect(stdout).toMatch(/^hello\/net:traceRequestEnd route="\/cart" +2 /m)
		expect(stdout).toMatch(/^slowest .*\n.* 1\.50 s +who="J\\"P"\n.* 3\.00 µs +route="\/a\/very.*least" id=2\n\n/m)
		const { stdout: json } = await cli(['summary', 'routes.trace', '--by', 'route', '--slowest', '1', '--json'], dir)
		const { slices, slowest } = JSON.parse(json) as {
			slices: { id: string; total: number; self: number }[]
			slowest: object[]
		}
		expect(slices.find(({ id }) => id.endsWith('="/cart"'))).toMatchObject({ total: 3000, self: 3000 })
		expect(slowest).toMatchObject([{ id: 'hello/net:request', duration: 1_500_000_500, args: { who: 'J"P' } }])
		expect(await cli(['summary', 'routes.trace', '--slowest', 'all'], dir)).toMatchObject({ status: 2 })
	})

	it('that is a pprof profile is said to be one, and is summed up', async () => {
		expect(await cli(['convert', 'a.trace', '--to', 'pprof', '-o', 'a.pb.gz'], dir)).toMatchObject({ status: 0 })
		const { status, stdout } = await cli(['summary', 'a.pb.gz'], dir)
		expect(status).toBe(0)
		expect(stdout).toMatch(/^a pprof profile: events \d+, time 1\.50 s; by time\n/)
		expect(stdout).toMatch(/^hello\/net:request +1 +1 +1\.50 s +1\.50 s$/m)
		expect(stdout).toMatch(/^go tool pprof -http=: a\.pb\.gz /m)
		const { stderr } = await cli(['print', 'a.pb.gz'], dir)
		expect(stderr).toBe(
			'a.pb.gz: not a Perfetto trace: it looks like a pprof profile\n  hint: `tsgotrace summary` and `go tool pprof` show it\n',
		)
	})

	it('is summarised with how many slices were open at once', async () => {
		const trace = sample()
		for (const track_uuid of [910, 911]) {
			trace.add({ sequence_flags: 2, track_descriptor: { uuid: track_uuid, name: 'request', parent_uuid: 420 } })
			trace.event(1, 1, 2, 0, { track_uuid })
		}
		trace.event(2, 1, 2, 6_000_000_000, { track_uuid: 910 }).event(2, 1, 2, 0, { track_uuid: 911 })
		writeFileSync(join(dir, 'overlap.trace'), trace.bytes())
		const { stdout } = await cli(['summary', 'overlap.trace'], dir)
		expect(stdout).toMatch(/^42\/main request +3 +13\.5 s +1\.80 at once$/m)
	})

	it('is summarised with the quantiles of its slices', async () => {
		const trace = sample()
		const durations = Array.from({ length: 2000 }, (_, i) => 1 + ((i * 7919) % 2000) ** 2)
		for (const ns of durations) trace.event(1, 1, 2, 10, { track_uuid: 900 }).event(2, 1, 2, ns, { track_uuid: 900 })
		trace.event(1, 1, 2, 10, { track_uuid: 900 }).event(2, 1, 2, 10, { track_uuid: 77 })
		writeFileSync(join(dir, 'slices.trace'), trace.bytes())
		const { stdout } = await cli(['summary', 'slices.trace', '--json'], dir)
		const { slices, events, tracks, losses, slicesOpen, endsUnmatched } = JSON.parse(stdout) as Record<
			string,
			Record<string, number>[]
		>
		const sorted = [...durations, 1_500_000_500].sort((a, b) => a - b)
		const [slice] = slices as [Record<string, number>]
		expect(slice).toMatchObject({
			id: 'hello/net:request',
			count: 2001,
			min: 1,
			max: 1_500_000_500,
			total: sorted.reduce((a, b) => a + b),
		})
		for (const p of [50, 90, 99]) {
			const exact = sorted[Math.ceil((p / 100) * sorted.length) - 1]!
			expect(Math.abs(slice[`p${p}`]! - exact) / exact).toBeLessThan(0.001)
		}
		expect(events).toContainEqual(expect.objectContaining({ id: 'hello/net:traceRequestBegin', recorded: 2002 }))
		expect(tracks).toEqual([
			{ pid: 42, process: 'app', instance: 0, thread: 'main', lane: 'request', slices: 2001, busy: slice['total'] },
		])
		expect(losses).toEqual([{ reason: 'queue is full', events: 5 }])
		expect({ slicesOpen, endsUnmatched }).toEqual({ slicesOpen: 1, endsUnmatched: 1 })
	})
})

describe.concurrent('convert', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-convert-'))
		const bytes = sample().bytes()
		writeFileSync(join(dir, 'a.trace'), bytes)
		writeFileSync(join(dir, 'cut.trace'), bytes.subarray(0, bytes.length - 3))
	})
	afterAll(() => rmSync(dir, { recursive: true }))
	const events = (text: string): { ph: string; name: string }[] =>
		(JSON.parse(text) as { traceEvents: { ph: string; name: string }[] }).traceEvents

	it('writes to the standard output or to a file, all or a part', async () => {
		const { status, stdout, stderr } = await cli(['convert', 'a.trace', '--to', 'chrome'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		expect(await cli(['convert', 'a.trace', '-t', 'chrome', '-o', 'a.json'], dir)).toEqual({
			status: 0,
			stdout: '',
			stderr: '',
		})
		expect(readFileSync(join(dir, 'a.json'), 'utf8')).toBe(stdout)
		expect(events(stdout).map(e => e.ph)).toEqual(expect.arrayContaining(['M', 'X', 'I', 'C']))
		const part = await cli(['convert', 'a.trace', '--to', 'chrome', '-e', 'hello/net:traceRecv'], dir)
		expect(events(part.stdout).filter(e => e.ph !== 'M' && e.name.startsWith('hello'))).toMatchObject([
			{ name: 'hello/net:traceRecv', ph: 'I' },
		])
	})

	it('of a trace that is cut makes what can be made', async () => {
		const { status, stdout, stderr } = await cli(['convert', 'cut.trace', '--to', 'chrome'], dir)
		expect(status).toBe(1)
		expect(stderr).toContain('truncated at byte')
		expect(events(stdout).length).toBeGreaterThan(5)
	})

	it.each([
		[['a.trace', '--to', 'nothing'], 'Allowed choices are chrome, pprof'],
		[['a.trace'], "required option '-t, --to <format>'"],
		[['missing', '--to', 'csv'], "file not found: 'missing'"],
		[['a.trace', '--to', 'csv', '-o', 'http://localhost:1'], 'cannot be sent'],
		[['a.trace', '--to', 'csv', '-o', './a.trace'], '--output must not be the trace itself'],
	])('%j is wrong usage', async (args, message) => {
		const { status, stderr } = await cli(['convert', ...args], dir)
		expect(stderr).toContain(message)
		expect(status).toBe(2)
	})

	it('to a place that cannot be written, or a collector that is not there, is an error', async () => {
		expect(await cli(['convert', 'a.trace', '--to', 'csv', '-o', 'no/where.csv'], dir)).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('ENOENT') as string,
		})
		const sent = await cli(['convert', 'a.trace', '--to', 'otlp', '-o', 'http://127.0.0.1:9'], dir, {
			env: { OTEL_EXPORTER_OTLP_TIMEOUT: '200' },
		})
		expect(sent).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('the receiver did not accept everything: 0 sent, 6 failed') as string,
		})
	})
})
