// `tsgotrace record` of programs that know nothing of it. More kinds of programs, of ends and of flags:
// record.matrix.test.ts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cli } from './cli.js'
import { endAfterDump, inPerfetto, leftovers, places, recorded, signalsOf } from './record.js'
import { limited, node, Programs } from './useprograms.js'

const programs = new Programs()

describe.concurrent('programs', () => {
	it.each([
		['ES modules', ['app/esm.mjs'], ['esm']],
		['CommonJS', ['app/main.cjs'], ['cjs']],
	])('%s: recorded, and not changed', async (_, args, expected) => {
		const run = await recorded(programs.dir, [node, ...args], { flags: ['--quiet'] })
		expect(run).toMatchObject({ ...programs.alone(args), signal: null })
		expect(run.code).toBe(0)
		expect(places(run.events)).toEqual(expected)
		expect((await inPerfetto(run.trace)).faults).toEqual([])
	})

	it('have their slices and arguments in the trace', async () => {
		const { events, stderr, trace } = await recorded(programs.dir, [node, 'app/esm.mjs'])
		expect(events!.map(({ id, type, args }) => [id, type, { ...args }])).toEqual([
			['demo:traceStep', 'instant', { n: 1, where: 'esm' }],
			['demo:traceWorkBegin', 'begin', { n: 2 }],
			['demo:traceWorkEnd', 'end', { n: 2 }],
		])
		expect(stderr).toMatch(
			/^err\ntsgotrace: 3 events in \d+\.\d s: .*\.perfetto-trace, \d\.\d\d kB\n {2}show it with: {2}npx tsgotrace summary '.*' {3}npx tsgotrace print '.*' {3}or open it in https:\/\/ui\.perfetto\.dev\n$/,
		)
		const command = /tsgotrace (summary '.*?-trace')/
			.exec(stderr)![1]!
			.replaceAll("'\\''", '\0')
			.replaceAll("'", '')
			.replaceAll('\0', "'")
		expect(command).toBe(`summary ${trace}`)
		expect((await cli(['summary', trace], programs.dir)).stdout).toContain('3 events in')
	})

	it('with worker threads: of files and of code', async () => {
		const { events, code, trace, stderr } = await recorded(programs.dir, [node, 'app/workers.mjs'])
		expect({ code, places: places(events) }).toEqual({ code: 0, places: ['eval', 'main', 'worker', 'worker'] })
		expect(stderr).toContain('tsgotrace: 4 events of 4 threads in ')
		expect(new Set(events!.map(({ track }) => track.id)).size).toBe(4)
		const { faults, rows } = await inPerfetto(trace, {
			threads: 'select count(distinct utid) as n from thread_track where utid > 0',
		})
		expect({ faults, rows }).toEqual({ faults: [], rows: { threads: [{ n: 4n }] } })
	})

	it('with child processes: fork and spawn', async () => {
		const { events, code, stderr, trace } = await recorded(programs.dir, [node, 'app/children.mjs'])
		expect({ code, places: places(events) }).toEqual({ code: 0, places: ['forked', 'parent', 'spawned'] })
		expect(stderr).toContain('tsgotrace: 3 events of 3 processes in ')
		expect((await inPerfetto(trace)).faults).toEqual([])
	})

	it('that use no events run as they do alone', async () => {
		const args = ['app/silent.mjs', 'a b', '--flag', '$HOME', '--']
		const { events, stderr, ...run } = await recorded(programs.dir, [node, ...args])
		expect({ ...run, stderr: stderr.split('\n')[0] }).toMatchObject({
			code: 3,
			stdout: 'out a b|--flag|$HOME|--\n',
			stderr: 'err',
		})
		expect(stderr).toMatch(
			/^err\ntsgotrace: nothing was recorded: the program loaded no module that declares trace events/,
		)
		expect(events).toBe(null)
		expect(programs.alone(args)).toMatchObject({ code: 3, stdout: run.stdout, stderr: 'err\n' })
	})
})

describe.concurrent('ends', () => {
	it.each([
		['process.exit', 'exit', { code: 42, signal: null }],
		['an uncaught error', 'throw', { code: 1, signal: null }],
		['an unhandled rejection', 'reject', { code: 1, signal: null }],
	])('%s: nothing is lost', async (_, name, end) => {
		const { events, stderr, ...run } = await recorded(programs.dir, [node, `app/${name}.mjs`], { flags: ['--quiet'] })
		expect({ ...run, places: places(events) }).toMatchObject({ ...end, places: [name] })
		// What Node prints of the error, and nothing else.
		expect(stderr).toBe(programs.alone([`app/${name}.mjs`]).stderr)
	})

	it.each([
		'SIGTERM',
		'SIGINT',
		'SIGHUP',
	] as const)('%s reaches the program and ends it; we end by it too', async signal => {
		const { events, stderr, ...run } = await recorded(programs.dir, [node, 'app/wait.mjs'], {
			meanwhile: child => child.kill(signal),
		})
		expect(run).toMatchObject({ code: null, signal, stdout: 'ready\n' })
		expect(places(events)).toContain('wait')
		expect(stderr).not.toContain('without notice')
	})

	it('a program that is not there', async () => {
		expect(await recorded(programs.dir, ['no-such-program'])).toMatchObject({
			code: 127,
			stderr: "tsgotrace: program not found: 'no-such-program'\n",
			events: null,
		})
		expect(await recorded(programs.dir, ['./package.json'])).toMatchObject({
			code: 126,
			stderr: expect.stringContaining('EACCES') as string,
		})
		expect(await recorded(programs.dir, ['app/esm.mjs'])).toMatchObject({
			code: 126,
			stderr: expect.stringMatching(
				/^tsgotrace: 'app\/esm\.mjs' could not be started: .*EACCES\n {2}hint: run it with Node: tsgotrace record -- node app\/esm\.mjs\n$/,
			) as string,
		})
	})

	it('a directory that is not there', async () => {
		expect(await recorded(programs.dir, [node, 'app/esm.mjs'], { flags: ['-o', 'gone/trace'] })).toMatchObject({
			code: 2,
			stderr: "error: directory not found: 'gone'\n",
		})
	})
})

describe.concurrent('what nothing was recorded of', () => {
	it('no event matches: the nearest ones', async () => {
		const run = await recorded(programs.dir, [node, 'app/esm.mjs'], { flags: ['-e', 'demo:traceWorkBegn', 'dmo:*'] })
		expect(run).toMatchObject({ code: 0, events: null })
		expect(run.stderr).toBe(`err
tsgotrace: nothing was recorded: none of the 3 events that the program loaded matches demo:traceWorkBegn dmo:*
  nearest: demo:traceStep demo:traceWorkBegin demo:traceWorkEnd
`)
	})

	it('no Node', async () => {
		expect((await recorded(programs.dir, ['true'])).stderr).toContain(
			'the program started no Node 20.19 or newer that reads NODE_OPTIONS',
		)
	})
})

describe.concurrent('flags', () => {
	it('--events, some left out', async () => {
		const { events } = await recorded(programs.dir, [node, 'app/esm.mjs'], {
			flags: ['-e', 'demo:*', '!demo:traceStep'],
		})
		expect(events!.map(({ id }) => id)).toEqual(['demo:traceWorkBegin', 'demo:traceWorkEnd'])
	})

	it('--sample and --redact', async () => {
		const flags = ['--sample', 'demo:traceStep=every:5', '--redact', 'where']
		const { events, stderr } = await recorded(programs.dir, [node, 'app/secret.mjs'], { flags })
		expect(events!.map(({ args }) => [args['n'], args['where']])).toMatchObject([
			[0, { kind: 'redacted' }],
			[5, { kind: 'redacted' }],
		])
		expect(stderr).toContain('tsgotrace: 2 events (8 sampled out) in ')
	})

	it('--output with .gz', async () => {
		const trace = join(programs.dir, 'packed.perfetto-trace.gz')
		await recorded(programs.dir, [node, 'app/children.mjs'], { flags: ['-o', trace] })
		expect([...readFileSync(trace).subarray(0, 2)]).toEqual([0x1f, 0x8b])
		expect(places(await signalsOf(trace))).toEqual(['forked', 'parent', 'spawned'])
	})

	it('--ring: SIGUSR2 writes it', async () => {
		const { stderr } = await recorded(programs.dir, [node, 'app/wait.mjs'], {
			flags: ['--ring', '1MB'],
			meanwhile: (child, trace) => {
				child.kill('SIGUSR2')
				endAfterDump(child, trace)
			},
		})
		const dump = /^ {2}dump: (.*)$/m.exec(stderr)![1]!
		expect(places(await signalsOf(dump))).toContain('wait')
	})

	it.each([
		[['--signal', 'USR1', '--ring', '1MB'], "--signal: 'USR1' cannot request a dump"],
		[['--signal', 'USR2'], '--signal needs a ring to write'],
		[['--last', '30'], "--last: invalid duration '30'"],
		[['--redact', 'a..b'], "--redact: 'a..b' is neither a parameter nor a path"],
		[['--ring', 'much'], "--ring: invalid size 'much'; write a number with k, M or G, such as 4MB"],
		[['--ring', '1kB'], "--ring must be from 256kB to 1GB, not '1kB'"],
		[['--ring', '1MB', '--max-size', '1MB'], '--ring and --last keep the last events in memory'],
		[['--slow', '1s'], '--slow needs a ring to write'],
		[['--ring', '1MB', '--slow', '1'], "--slow: invalid duration '1'; write 250ms or 2s"],
		[['--max-size', '10kB'], "--max-size must be at least 1MB, not '10kB'"],
		[['--sample', 'every:0'], "--sample: invalid rule 'every:0'; write every:N"],
		[['--sample', 'demo:*=overhead:200%'], "--sample: invalid rule 'demo:*=overhead:200%'"],
		[['--sample', 'demo:*=often'], "--sample: invalid rule 'demo:*=often'"],
		[['--exec', '--sample-tasks', 'every:0'], "--sample-tasks: invalid rule 'every:0'; write all, none, every:N"],
		[['--exec', '--sample-tasks', 'every:2,probability:10%'], "--sample-tasks: invalid rule 'every:2,probability:10%'"],
		[['--sample-tasks', 'every:2'], '--sample-tasks is about the tasks of a program: add --exec'],
		[
			['--exec', '--tasks-of', 'timers,fs'],
			"--tasks-of: there is no 'fs'; write none, or some of requests,calls,main,timers,messages,signals",
		],
		[['--tasks-of', 'timers'], '--tasks-of is about the tasks of a program: add --exec'],
		[['--exec', '--budget', '500%'], "--budget: invalid share of the time '500%'; write 5%, or 0.05"],
		[['--redact', 'a,,b'], "--redact: invalid rule 'a,,b'"],
		[['-e', '', '-o', 'x'], "--events: invalid glob ''"],
		[['-o', '-'], '--output must be a file'],
		[['-o', '.'], "'.' is not a regular file"],
	])('%j is refused before the program starts', async (flags, message) => {
		const run = await cli(['record', ...flags, '--', node, 'app/esm.mjs'], programs.dir)
		expect(run).toMatchObject({ status: 2, stdout: '' })
		expect(run.stderr).toContain(`error: ${message}`)
	})

	it('a program is needed', async () => {
		expect(await cli(['record'], programs.dir)).toEqual({
			status: 2,
			stdout: '',
			stderr: 'error: no program given; put it after --, as in: tsgotrace record -- node app.js\n',
		})
	})
})

describe.skipIf(process.platform === 'win32')('disks', () => {
	const full = [node, 'app/full.mjs']

	it('that get full: the program goes on, and what was written before can be read', async () => {
		// One chunk, and no room for the rest that is written at the end.
		const { events, trace, ...run } = await recorded(programs.dir, limited(262, ...full))
		expect(run).toMatchObject({ code: 6, signal: null, stdout: 'went on\n' })
		const found = events!.map(({ args }) => args['n'])
		expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i))
		expect(found.length).toBeGreaterThan(1000)
		const lines = run.stderr.split('\n')
		expect(lines[0]).toBe('tsgotrace: recording failed; the program continued: EFBIG: file too large, write')
		expect(lines[1]).toMatch(/^ {2}hint: the file has reached the size limit/)
		const [kept, dropped] = [found.length, 10_000 - found.length].map(n => n.toLocaleString('en'))
		expect(lines[2]).toContain(`tsgotrace: ${kept} events (${dropped} dropped) in `)
		expect((await cli(['summary', trace], programs.dir)).stdout).toContain(`lost: ${dropped} events`)
	})

	it('of all threads and processes: reported once', async () => {
		const { events, code, stderr } = await recorded(programs.dir, limited(501, ...full, 'others'))
		expect(code).toBe(6)
		expect(stderr.match(/recording failed/g)).toHaveLength(1)
		const dropped = 30_000 - events!.length
		expect(stderr).toContain(`events of 2 processes, 3 threads (${dropped.toLocaleString('en')} dropped) in `)
	})

	it.skipIf(!existsSync('/proc/self'))('that cannot be written: the program is not started', async () => {
		const run = await recorded(programs.dir, full, { flags: ['-o', '/proc/x.perfetto-trace'] })
		expect(run).toMatchObject({ code: 3, stdout: '' })
		expect(run.stderr).toMatch(
			/^tsgotrace: cannot record to '\/proc\/x\.perfetto-trace', so the program was not started: ENOENT/,
		)
	})
})

describe('without the command', () => {
	it('the preload records where its variable says, each thread to a file of its own', async () => {
		expect(
			programs.preloaded('{"to":"alone-%p-%t.perfetto-trace","events":["demo:*"]}', 'app/workers.mjs'),
		).toMatchObject({
			status: 0,
			stderr: '',
		})
		const files = readdirSync(programs.dir).filter(name => name.startsWith('alone-'))
		expect(files).toHaveLength(4)
		const all = await Promise.all(files.map(async name => places(await signalsOf(join(programs.dir, name)))))
		expect(all.flat().sort()).toEqual(['eval', 'main', 'worker', 'worker'])
	})

	it.each([
		[undefined, 'the environment variable TSGOTRACE_RECORD is not set'],
		['{', 'TSGOTRACE_RECORD is not valid JSON'],
		['[]', 'TSGOTRACE_RECORD must be a JSON object'],
		['{}', 'TSGOTRACE_RECORD does not say where to'],
		['{"too":"x"}', "TSGOTRACE_RECORD: there is no option 'too'; there are events, pausable, to,"],
		['{"to":"x","rotate":{"key":"secret"}}', 'TSGOTRACE_RECORD: rotate.key must not be in the environment'],
		['{"to":{"ring":1}}', 'record: ring must be an integer'],
	])('%s is a warning, and the program runs', (text, message) => {
		const { status, stdout, stderr } = programs.preloaded(text, 'app/esm.mjs')
		expect({ status, stdout }).toEqual({ status: 0, stdout: 'out\n' })
		expect(stderr).toContain(`TraceRecordWarning: trace events are not recorded: ${message}`)
	})
})

it('nothing is left beside the traces', () => {
	writeFileSync(join(programs.dir, 'x.tmp'), '')
	expect(leftovers(programs.dir)).toEqual(['x.tmp'])
})
