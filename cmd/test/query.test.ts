// `query`: SQL on a trace, in both embedded engines and by a trace processor of the user.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TraceMaker } from '../../packages/trace/test/traces.js'
import type { SqlEngine } from '../src/query/engine.js'
import { nodeSqlite } from '../src/query/nodesqlite.js'
import { parseCsv } from '../src/query/perfetto.js'
import { statementsOf } from '../src/query/statements.js'
import { tableColumns, tables } from '../src/query/tables.js'
import { wasmSqlite } from '../src/query/wasmsqlite.js'
import { cli } from './cli.js'

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
	const maker = new TraceMaker()
		.header()
		.declare('hello/net:traceRequestBegin', 'begin', 'request', 'who: string')
		.declare('hello/net:traceRequestEnd', 'end', 'request')
		.declare('hello/net:traceOpenCount', 'counter', 'open')
		.state()
		.intern(names)
		.add({ sequence_flags: 2, track_descriptor: { uuid: 900, name: 'request', parent_uuid: 420 } })
		.add({ sequence_flags: 2, track_descriptor: { uuid: 901, name: 'open', parent_uuid: 420, counter: {} } })
	const request = { track_uuid: 900 }
	return maker
		.event(1, 1, 2, 1000, { ...request, debug_annotations: [{ name_iid: 64, string_value: 'J"P' }] })
		.event(3, 1, 1, 500, {
			debug_annotations: [
				{ name_iid: 64, string_value: 'ann' },
				{ name_iid: 65, double_value: 1.5 },
			],
		})
		.event(4, 1, 3, 0, { track_uuid: 901, counter_value: 3 })
		.event(2, 1, 2, 1_500_000_000, request)
		.meta('loss', [
			{ name: 'events', uint_value: 5 },
			{ name: 'bytes', uint_value: 150 },
			{ name: 'reason', string_value: 'queue is full' },
		])
		.event(1, 1, 2, 10, request)
		.end('stop')
}

describe.concurrent('query', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-query-'))
		writeFileSync(join(dir, 'a.trace'), sample().bytes())
	})
	afterAll(() => rmSync(dir, { recursive: true }))

	const rowsOf = async (sql: string): Promise<unknown[]> => {
		const { status, stdout, stderr } = await cli(['query', 'a.trace', sql, '--json'], dir)
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		return stdout
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as unknown)
	}

	it('prints a table', async () => {
		const sql = "select ts, dur, name, args ->> 'who' as who from slices order by ts"
		expect(await cli(['query', 'a.trace', sql], dir)).toEqual({
			status: 0,
			stderr: '',
			stdout: `ts                  dur   name      who
1000         1500000500   request   J"P
1500001510         NULL   request   NULL
`,
		})
	})

	it('has events, their arguments, and which slice each belongs to', async () => {
		expect(await rowsOf('select ts, type, event, slice, lane, value, args from events order by id')).toEqual([
			{
				ts: 1000,
				type: 'begin',
				event: 'hello/net:traceRequestBegin',
				slice: 1,
				lane: 'request',
				value: null,
				args: '{"who":"J\\"P"}',
			},
			{
				ts: 1500,
				type: 'instant',
				event: 'hello/net:traceRecv',
				slice: null,
				lane: null,
				value: null,
				args: '{"who":"ann","n":1.5}',
			},
			{ ts: 1500, type: 'counter', event: 'hello/net:traceOpenCount', slice: null, lane: 'open', value: 3, args: null },
			{
				ts: 1500001500,
				type: 'end',
				event: 'hello/net:traceRequestEnd',
				slice: 1,
				lane: 'request',
				value: null,
				args: null,
			},
			{
				ts: 1500001510,
				type: 'begin',
				event: 'hello/net:traceRequestBegin',
				slice: 2,
				lane: 'request',
				value: null,
				args: null,
			},
		])
		expect(await rowsOf("select event_id, name, value, type from args where event like '%Recv'")).toEqual([
			{ event_id: 2, name: 'who', value: 'ann', type: 'text' },
			{ event_id: 2, name: 'n', value: 1.5, type: 'real' },
		])
	})

	it('has counters, threads, processes, losses, declarations and the start', async () => {
		expect(await rowsOf('select ts, name, value from counters')).toEqual([{ ts: 1500, name: 'open', value: 3 }])
		expect(await rowsOf('select p.pid, t.name from threads t join processes p on t.process = p.id')).toEqual([
			{ pid: 42, name: 'main' },
		])
		expect(await rowsOf('select events, bytes, reason from losses')).toEqual([
			{ events: 5, bytes: 150, reason: 'queue is full' },
		])
		expect(await rowsOf("select event, params from declarations where type = 'begin'")).toEqual([
			{ event: 'hello/net:traceRequestBegin', params: 'who: string' },
		])
		expect(await rowsOf('select start, start_ns, duration from trace')).toEqual([
			{ start: '2023-11-14T22:13:20.000Z', start_ns: '1700000000000000123', duration: 1_500_001_510 },
		])
	})

	it('executes several statements one after the other', async () => {
		const { stdout } = await cli(
			['query', 'a.trace', "create view slow as select * from slices; select count(*) as n from slow; select ';'"],
			dir,
		)
		expect(stdout).toBe("n\n2\n\n';'\n;\n")
	})

	it('says what is wrong', async () => {
		const wrong = await cli(['query', 'a.trace', 'select missing from slices'], dir)
		expect(wrong).toMatchObject({ status: 1, stdout: '' })
		expect(wrong.stderr).toMatch(
			/^a\.trace: .*no such column: missing\n {2}hint: the columns of slices are id, ts, dur, /,
		)
		expect((await cli(['query', 'a.trace', 'select * from slice'], dir)).stderr).toMatch(
			/no such table: slice\n {2}hint: the tables are events, args, slices, /,
		)
		expect(await cli(['query', 'a.trace', ' -- all'], dir)).toMatchObject({
			status: 2,
			stderr: expect.stringContaining('no SQL given') as string,
		})
		expect(await cli(['query', 'missing', 'select 1'], dir)).toMatchObject({ status: 2 })
		writeFileSync(join(dir, 'image.png'), 'not a trace')
		expect(await cli(['query', 'image.png', 'select 1'], dir)).toMatchObject({ status: 1, stdout: '' })
	})

	it('leaves no file behind', async () => {
		const temporary = join(dir, 'tmp')
		mkdirSync(temporary)
		await cli(['query', 'a.trace', 'select 1'], dir, { env: { TMPDIR: temporary } })
		await cli(['query', 'a.trace', 'select missing'], dir, { env: { TMPDIR: temporary } })
		// Node's own cache of compiled code is not ours.
		expect(readdirSync(temporary).filter(name => name.startsWith('tsgotrace'))).toEqual([])
	})

	it("asks the user's trace processor, on the PATH or named by a variable", async () => {
		const bin = join(dir, 'bin')
		mkdirSync(bin)
		const program = join(bin, 'trace_processor')
		// As the real one prints: names and texts in quotes, a blank line between the results of two statements.
		writeFileSync(
			program,
			'#!/bin/sh\ngrep -q wrong "$2" && { echo "no such table" >&2; exit 1; }\nprintf \'"name","n"\\n"a ""b""",3\\n\\n"file"\\n"%s"\\n\' "$3"\n',
		)
		chmodSync(program, 0o755)
		const path = `${bin}${delimiter}${process.env['PATH']}`
		const ask = (args: string[], env: Record<string, string>): ReturnType<typeof cli> =>
			cli(['query', 'a.trace', ...args, '--engine', 'perfetto'], dir, { env })
		expect(await ask(['select 1'], { PATH: path })).toEqual({
			status: 0,
			stderr: '',
			stdout: 'name    n\na "b"   3\n\nfile\na.trace\n',
		})
		expect(await ask(['select 1', '--json'], { TSGOTRACE_TRACE_PROCESSOR: program })).toMatchObject({
			stdout: '{"name":"a \\"b\\"","n":"3"}\n{"file":"a.trace"}\n',
		})
		expect(await ask(['wrong'], { PATH: path })).toEqual({ status: 1, stdout: '', stderr: 'a.trace: no such table\n' })
		const none = await ask(['select 1'], { TSGOTRACE_TRACE_PROCESSOR: join(dir, 'none') })
		expect(none).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('set TSGOTRACE_TRACE_PROCESSOR to its path') as string,
		})
	})
})

describe('the engines', () => {
	const engines: [string, (path: string) => SqlEngine | null][] = [
		['node:sqlite', nodeSqlite],
		['WebAssembly', wasmSqlite],
	]
	it.each(
		engines,
	)('%s returns columns in order, values exactly, and errors with the message of SQLite', (name, open) => {
		const engine = open(':memory:')
		// Node 20 has none; other versions are tested in the matrix.
		if (engine === null)
			return expect([name, process.versions.node]).toEqual([
				expect.stringMatching('node'),
				expect.stringMatching(/^2[0-4]\./),
			])
		try {
			engine.exec('create table t (a integer, b text); begin')
			const insert = engine.prepare('insert into t values (?, ?)')
			insert([1, 'x'])
			insert([2n ** 60n, null])
			engine.exec('commit')
			const all = (sql: string): unknown => {
				const { columns, rows } = engine.query(sql)
				return [columns, ...rows]
			}
			expect(all('select a, b from t')).toEqual([
				['a', 'b'],
				[1, 'x'],
				[2n ** 60n, null],
			])
			expect(all('select a as n, b from t where 0')).toEqual([['n', 'b']])
			expect(all("select x'6162' as bytes, 1.5 as real")).toEqual([
				['bytes', 'real'],
				[new Uint8Array([0x61, 0x62]), 1.5],
			])
			expect(all('create table u (c)')).toEqual([[]])
			expect(() => all('select missing from t')).toThrow('no such column: missing')
			engine.exec(tables)
			for (const [table, columns] of Object.entries(tableColumns))
				expect([table, all(`select * from ${table}`)]).toEqual([table, [columns]])
			expect(() => all('selec 1')).toThrow('syntax error')
		} finally {
			engine.close()
		}
	})

	it('statements are split at semicolons that are not part of anything', () => {
		expect(statementsOf('select \';\' ; -- a;b\n/* ; */ select "x;y";;')).toEqual([
			"select ';'",
			'-- a;b\n/* ; */ select "x;y"',
		])
		expect(statementsOf(' ; /* nothing */ ; -- no\n')).toEqual([])
	})

	it('CSV is read as it was meant', () => {
		const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ') })
		const width = 3
		const rows = fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 })
		const quoted = (table: string[][]): string =>
			table.map(row => `${row.map(text => `"${text.replaceAll('"', '""')}"`).join(',')}\n`).join('')
		fc.assert(
			fc.property(fc.array(rows, { minLength: 1, maxLength: 3 }), tables => {
				expect(parseCsv(tables.map(quoted).join('\n'))).toEqual(tables)
			}),
		)
	})
})
