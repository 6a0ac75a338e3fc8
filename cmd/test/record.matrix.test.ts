// `tsgotrace record` of programs that know nothing of it: the rarer kinds of them, of ends and of flags. The others are
// in record.test.ts.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shellWord } from '@tsgotrace/trace/shell'
import { describe, expect, it } from 'vitest'
import { decodeProfile } from '../../packages/trace/test/decodeprofile.js'
import { hasTerminal, onTerminal } from '../../packages/tracetest/test/watch/pty.js'
import { bin, cli } from './cli.js'
import { endAfterDump, inPerfetto, leftovers, places, recorded, signalsOf } from './record.js'
import { limited, node, Programs } from './useprograms.js'

const programs = new Programs()

describe.concurrent('programs', () => {
	it.each([
		['CommonJS by an extension that only its own loader takes', ['cjs/main.foo'], ['foo']],
		['TypeScript through tsx', ['--import', 'tsx', 'app/main.ts'], ['tsx']],
	])('%s: recorded, and not changed', async (_, args, expected) => {
		const run = await recorded(programs.dir, [node, ...args], { flags: ['--quiet'] })
		expect(run).toMatchObject({ ...programs.alone(args), signal: null })
		expect(run.code).toBe(0)
		expect(places(run.events)).toEqual(expected)
		expect((await inPerfetto(run.trace)).faults).toEqual([])
	})

	it('whose workers are ended with the process: they are asked for what they have', async () => {
		const { events, code, stderr } = await recorded(programs.dir, [node, 'app/left.mjs'])
		expect({ code, n: places(events).length }).toEqual({ code: 4, n: 1001 })
		expect(stderr).not.toContain('without notice')
	})

	it('with a cluster', async () => {
		const { events, code } = await recorded(programs.dir, [node, 'app/cluster.mjs'])
		expect({ code, places: places(events) }).toEqual({
			code: 0,
			places: ['clustered', 'clustered', 'clustered', 'primary'],
		})
	})

	it('that are shell scripts, which start Node', async () => {
		const { events, code } = await recorded(programs.dir, ['app/script.sh'])
		expect({ code, places: places(events) }).toEqual({ code: 5, places: ['script'] })
	})

	it('that start Node with an environment of its own: not recorded there', async () => {
		expect(places((await recorded(programs.dir, [node, 'app/clean.mjs'])).events)).toEqual(['clean'])
	})

	it('that read their standard input', async () => {
		const input = 'x'.repeat(300_000)
		expect((await recorded(programs.dir, [node, 'app/stdin.mjs'], { input })).stdout).toBe(input)
	})

	it.each([
		['stop', { code: 0, signal: null }],
		['exit', { code: 5, signal: null }],
		['SIGTERM', { code: null, signal: 'SIGTERM' }],
	])('that record themselves, and end by %s: both files are complete, and so is a profile', async (how, ended) => {
		const own = join(programs.dir, `own ${how}.perfetto-trace`)
		const { trace, ...run } = await recorded(programs.dir, [node, 'app/own.mjs', own, how])
		expect(run).toMatchObject(ended)
		const complete = async (path: string): Promise<void> => {
			const signals = await signalsOf(path)
			expect(signals.flatMap(({ id, args }) => (id === 'demo:traceStep' ? [args['n']] : []))).toEqual([
				...Array(101).keys(),
			])
			expect(signals.map(({ id }) => id)).toContain('demo:traceWorkEnd')
			expect(signals).toHaveLength(103)
			expect((await inPerfetto(path)).faults).toEqual([])
		}
		await complete(own)
		await complete(trace)

		rmSync(own)
		const profile = `own ${how}.pb.gz`
		const args = ['profile', '-o', profile, '-e', 'demo:traceStep', '--', node, 'app/own.mjs', own, how]
		expect((await cli(args, programs.dir, {})).stderr).toContain('tsgotrace: profiled 101 events in 1 thread;')
		const { rows } = decodeProfile(readFileSync(join(programs.dir, profile)))
		expect(rows.map(({ stack, values }) => [stack, values])).toEqual([[['demo:traceStep'], [101]]])
		await complete(own)
	})

	it.each([
		['', []],
		[', into a ring', ['--ring', '1MB']],
	])('that watch their directory, as nodemon does: no change is seen%s', async (name, flags) => {
		const dir = join(programs.dir, `watched${name}`)
		mkdirSync(dir)
		const { stdout, code, events } = await recorded(dir, [node, '../app/watched.mjs'], { flags: ['--quiet', ...flags] })
		const { changed, hidden } = JSON.parse(stdout) as { changed: string[]; hidden: string[] }
		expect({ code, changed, places: places(events) }).toEqual({
			code: 0,
			changed: [],
			places: ['forked', 'watched', 'watched', 'worker'],
		})
		// The reports of three threads, and nothing that nodemon takes for a source.
		expect(hidden.filter(file => file.endsWith('.report'))).toHaveLength(3)
		expect(hidden.filter(file => /\.(?:[cm]?js|json)$/.test(file))).toEqual([])
	})

	it('with NODE_OPTIONS, spaces and quotes in them', async () => {
		const NODE_OPTIONS = `--max-http-header-size=9000 --require="${join(programs.dir, 'app/before set.cjs')}"`
		const { events, stdout, stderr } = await recorded(programs.dir, [node, 'app/options.mjs'], {
			env: { NODE_OPTIONS },
		})
		expect({ stdout, stderr }).toMatchObject({ stdout: '0 1 true\n' })
		expect(places(events)).toEqual(['options'])
	})
})

describe.concurrent('ends', () => {
	it('a signal that the program handles', async () => {
		const { events, code } = await recorded(programs.dir, [node, 'app/handles.mjs'], {
			meanwhile: child => child.kill('SIGTERM'),
		})
		expect({ code, places: places(events) }).toEqual({ code: 9, places: ['handled', 'handles'] })
	})

	it('a signal that signal-exit passes on', async () => {
		const { events, signal, stdout } = await recorded(programs.dir, [node, 'app/signalexit.mjs'], {
			meanwhile: child => child.kill('SIGTERM'),
		})
		expect({ signal, stdout, places: places(events) }).toEqual({
			signal: 'SIGTERM',
			stdout: 'ready\nsignal-exit saw SIGTERM\n',
			places: ['before'],
		})
	})

	it('a worker that is terminated before it has written anything: the main thread writes what it had', async () => {
		const { events, code, stderr, trace } = await recorded(programs.dir, [node, 'app/terminate.mjs'])
		const found = events!.filter(({ args }) => args['where'] === 'stays').map(({ args }) => args['n'])
		expect({ code, found }).toEqual({ code: 0, found: Array.from({ length: 1000 }, (_, i) => i) })
		expect(stderr).not.toContain('without notice')
		expect(stderr).toContain('tsgotrace: 1,001 events of 2 threads in ')
		expect((await inPerfetto(trace)).faults).toEqual([])
	})

	it('workers that are terminated while they signal: all up to that moment, and nothing twice', async () => {
		const { events, code, trace } = await recorded(programs.dir, [node, 'app/terminatebusy.mjs'])
		expect(code).toBe(0)
		for (const where of ['busy 0', 'busy 1', 'busy 2', 'busy 3']) {
			const found = events!.filter(({ args }) => args['where'] === where).map(({ args }) => args['n'])
			expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i))
			expect(found.length).toBeGreaterThan(1000)
		}
		expect((await inPerfetto(trace)).faults).toEqual([])
	})

	it('SIGKILL: what is known is said', async () => {
		const { events, signal, stderr } = await recorded(programs.dir, [node, 'app/abort.mjs'])
		expect({ signal, places: places(events) }).toEqual({ signal: 'SIGKILL', places: [] })
		expect(stderr).toContain('1 thread ended without notice: up to a second of its events is missing')
		expect(stderr).toContain('tsgotrace: at least 0 events in ')
	})

	it('a signal while the program computes: all but what is not written yet', async () => {
		const { events, signal, stderr, trace } = await recorded(programs.dir, [node, 'app/busy.mjs'], {
			meanwhile: child => child.kill('SIGTERM'),
		})
		expect(signal).toBe('SIGTERM')
		expect(stderr).toContain(
			'tsgotrace: 1 thread ended without notice, because the program computed when SIGTERM came: up to a second of its events is missing\ntsgotrace: at least ',
		)
		const found = events!.map(({ args }) => args['n'])
		expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i))
		expect(found.length).toBeGreaterThan(1000)
		expect((await inPerfetto(trace)).faults).toEqual([])
	})

	it('a signal while the program computes: of a profile too', async () => {
		const child = spawn(node, [bin, 'profile', '-o', 'busy.pb.gz', '--', node, 'app/busy.mjs'], { cwd: programs.dir })
		child.stdout.once('data', () => child.kill('SIGTERM'))
		expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
	})

	it.skipIf(!hasTerminal)('Ctrl-C while the program computes, or a process that it has started', async () => {
		const run = async (program: string): Promise<unknown> => {
			const trace = join(programs.dir, `terminal ${program}.perfetto-trace`)
			const command = [node, bin, 'record', '--quiet', '-o', trace, '--', node, `app/${program}.mjs`].map(shellWord)
			const { output, status } = await onTerminal(`cd ${shellWord(programs.dir)} && exec ${command.join(' ')}`, /ready/)
			const ofParent = places(await signalsOf(trace)).filter(place => place !== 'busy')
			return { status, ended: /child .*$/m.exec(output)?.[0].trim(), ofParent }
		}
		expect(await run('busy')).toEqual({ status: 130, ended: undefined, ofParent: [] })
		if (process.platform !== 'linux') return
		expect(await run('startsbusy')).toEqual({ status: 0, ended: 'child null SIGKILL', ofParent: ['parent', 'parent'] })
	})

	it.skipIf(!hasTerminal)('SIGINT to the command alone, on a terminal: passed on', async () => {
		const trace = join(programs.dir, 'alone.perfetto-trace')
		const command = [node, bin, 'record', '-o', trace, '--', node, 'app/interrupts.mjs'].map(shellWord)
		const { output, status } = await onTerminal(`cd ${shellWord(programs.dir)} && exec ${command.join(' ')}`, /$^/)
		expect({ status, places: places(await signalsOf(trace)) }).toEqual({ status: 130, places: ['interrupts'] })
		expect(output).not.toContain('without notice')
	})

	it('a child that goes on: recorded until the program ends', async () => {
		const { events, code, stderr } = await recorded(programs.dir, [node, 'app/outlives.mjs'])
		expect({ code, places: places(events) }).toEqual({ code: 0, places: ['parent', 'stays'] })
		expect(stderr).not.toContain('still running')
	})
})

describe.concurrent('what nothing was recorded of', () => {
	it('an event without its package, and not quite: that one first', async () => {
		const { stderr } = await recorded(programs.dir, [node, 'app/esm.mjs'], { flags: ['-e', 'traceWorkEn'] })
		expect(stderr).toContain('\n  nearest: demo:traceWorkEnd demo:traceWorkBegin demo:traceStep\n')
	})

	it('an event by the beginning of its name: in all packages', async () => {
		const { events } = await recorded(programs.dir, [node, 'app/esm.mjs'], { flags: ['-e', 'traceWork*'] })
		expect(events!.map(({ id }) => id)).toEqual(['demo:traceWorkBegin', 'demo:traceWorkEnd'])
		const { stderr } = await recorded(programs.dir, [node, 'app/esm.mjs'], { flags: ['-e', 'traceWrk*'] })
		expect(stderr).toContain('\n  nearest: demo:traceWorkBegin demo:traceWorkEnd ')
	})

	it('pausable events, which the program would wait at: unless asked for', async () => {
		const args = ['app/pausable.mjs']
		const without = await recorded(programs.dir, [node, ...args])
		expect(without).toMatchObject({ ...programs.alone(args), stderr: expect.any(String) as string })
		expect(without.stderr).toContain(`tsgotrace: 1 event in `)
		expect(
			without.stderr,
		).toContain(`  not recorded: 1 pausable event (demo/pausing:tracePause): the program would wait at it, and its tasks might run in a different order
  hint: --pausable includes it\n`)
		const only = await recorded(programs.dir, [node, ...args], { flags: ['-e', 'tracePaus*'] })
		expect(only.stderr).toContain(
			'tsgotrace: nothing was recorded: 1 pausable event (demo/pausing:tracePause): the program would wait at it',
		)
		const { events, stderr } = await recorded(programs.dir, [node, ...args], { flags: ['--pausable'] })
		expect(events!.map(({ id }) => id)).toEqual(['demo:traceStep', 'demo/pausing:tracePause'])
		expect(stderr).not.toContain('pausable')
	})

	it('code in contexts of its own, such as that of jest: it is said', async () => {
		const { events, stdout, stderr } = await recorded(programs.dir, [node, 'app/contexts.mjs'])
		expect({ events, stdout }).toEqual({ events: null, stdout: 'done\n' })
		expect(stderr).toContain(
			'tsgotrace: nothing was recorded: the program ran code in node:vm contexts, as jest does with each test file',
		)
	})

	it('a program that may not write: the reason', async () => {
		const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
		const { stderr, code } = await recorded(programs.dir, [node, flag, '--allow-fs-read=*', 'app/esm.mjs'])
		expect(code).toBe(0)
		expect(stderr).toContain(
			"trace events are not recorded: Node's permission model keeps the program from fs.write in ",
		)
		expect(stderr).toContain(
			"tsgotrace: nothing was recorded: Node's permission model denies the program access to the directory of the trace\n  hint: start it with --allow-fs-read=",
		)
		expect(stderr).not.toContain('20.19')
		const allowed = await recorded(programs.dir, [
			node,
			flag,
			'--allow-fs-read=*',
			`--allow-fs-write=${programs.dir}`,
			'app/esm.mjs',
		])
		expect(places(allowed.events)).toEqual(['esm'])
		// As npx does.
		const starts =
			"require('node:child_process').spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit' })"
		const started = await recorded(programs.dir, [node, '-e', starts, '--', flag, '--allow-fs-read=*', 'app/esm.mjs'])
		expect(started.events).toBe(null)
		expect(started.stderr).toContain(
			"and Node's permission model denies others access to the directory of the trace\n  hint: start them with --allow-fs-read=",
		)
	})

	it('events that were never signalled: a trace that says so', async () => {
		const { events, stderr } = await recorded(programs.dir, [node, 'app/quiet.mjs'])
		expect(events).toEqual([])
		expect(stderr).toContain('tsgotrace: 0 events in ')
	})
})

describe.concurrent('flags', () => {
	it('--max-size keeps the last events', async () => {
		const { events, trace, stderr } = await recorded(programs.dir, [node, 'app/flood.mjs'], {
			flags: ['--max-size', '2MB'],
		})
		expect(stderr).toMatch(/^tsgotrace: the last of \d{3},\d{3} events in /m)
		expect(statSync(trace).size).toBeLessThan(2.2 * 1024 * 1024)
		expect(statSync(trace).size).toBeGreaterThan(1.2 * 1024 * 1024)
		const last = events!.filter(({ id }) => id === 'demo:traceStep').map(({ args }) => args['n'] as number)
		expect(last).toEqual(Array.from({ length: last.length }, (_, i) => 500_000 - last.length + i))
	})

	it('--max-size that is enough: the report says that all events are there', async () => {
		const { stderr } = await recorded(programs.dir, [node, 'app/flood.mjs'], { flags: ['--max-size', '1GB'] })
		expect(stderr).toMatch(/^tsgotrace: \d{3},\d{3} events in /m)
	})

	it('--ring keeps them in memory, --slow writes them when a slice took long', async () => {
		const { events, trace, stderr } = await recorded(programs.dir, [node, 'app/slow.mjs'], {
			flags: ['--ring', '1MB', '--slow', '1s'],
		})
		expect(events!.filter(({ id }) => id === 'demo:traceWorkEnd')).toHaveLength(101)
		const dump = /^ {2}dump: (.*)$/m.exec(stderr)![1]!
		expect(dump).toContain(trace.replace('.perfetto-trace', '.dump-'))
		expect(existsSync(dump)).toBe(true)
		expect((await signalsOf(dump)).at(-1)).toMatchObject({ id: 'demo:traceWorkEnd', args: { n: 1000 } })
	})

	it('--signal none: SIGUSR2 ends the program, as nodemon wants it to', async () => {
		const { signal, stderr } = await recorded(programs.dir, [node, 'app/wait.mjs'], {
			flags: ['--ring', '1MB', '--signal', 'none'],
			meanwhile: child => child.kill('SIGUSR2'),
		})
		expect(signal).toBe('SIGUSR2')
		expect(stderr).not.toContain('dump:')
	})

	it.skipIf(process.platform !== 'linux')('--last, --signal: another one', async () => {
		const { stderr, signal } = await recorded(programs.dir, [node, 'app/wait.mjs'], {
			flags: ['--last', '30s', '--signal', 'pipe'],
			// It is the program that is asked, as we pass on what programs are usually sent.
			meanwhile: (child, trace) => {
				const pid = /^(\d+)/.exec(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'))![1]
				process.kill(Number(pid), 'SIGPIPE')
				endAfterDump(child, trace)
			},
		})
		expect(signal).toBe('SIGTERM')
		expect(places(await signalsOf(/^ {2}dump: (.*)$/m.exec(stderr)![1]!))).toContain('wait')
	})
})

describe.skipIf(process.platform === 'win32')('disks', () => {
	const full = [node, 'app/full.mjs']

	it('on which there is no room for the trace beside its parts: the parts stay, and can be read', async () => {
		const trace = join(programs.dir, 'no room.perfetto-trace')
		const run = spawnSync(
			'sh',
			['-c', `ulimit -f 2400; exec "$0" "$@"`, node, bin, 'record', '-o', trace, '--', ...full, 'others'],
			{
				cwd: programs.dir,
				encoding: 'utf8',
			},
		)
		expect(run.status).toBe(6)
		expect(existsSync(trace)).toBe(false)
		expect(run.stderr).toContain(
			`tsgotrace: ${trace} could not be written: EFBIG: file too large, write\n  hint: the file has reached the size limit`,
		)
		const look = /show it with: {2}npx tsgotrace print '(.*)'\/\*\.perfetto-trace\n$/
			.exec(run.stderr)![1]!
			.replaceAll("'\\''", "'")
		const parts = readdirSync(look).filter(name => name.endsWith('.perfetto-trace'))
		expect(parts).toHaveLength(3)
		for (const part of parts) expect(await signalsOf(join(look, part))).toHaveLength(10_000)
		rmSync(look, { recursive: true })
	})

	it('that are full from the start', async () => {
		const run = await recorded(programs.dir, limited(0, ...full))
		expect(run).toMatchObject({ code: 6, stdout: 'went on\n', events: null })
		expect(run.stderr).toMatch(/^tsgotrace: 1 thread could not report what was recorded, and continued: /)
	})

	it('that have no room for a ring', async () => {
		const { events, code, stderr } = await recorded(programs.dir, limited(100, ...full), { flags: ['--ring', '1MB'] })
		expect({ code, events }).toEqual({ code: 6, events: null })
		expect(stderr).toMatch(
			/^tsgotrace: recording failed; the program continued: EFBIG: .*\n {2}hint: .*\ntsgotrace: no trace was written: 10,000 events could not be written\n$/,
		)
	})

	it('whose directory the program removes', async () => {
		const place = join(programs.dir, 'place')
		mkdirSync(place)
		const run = await recorded(programs.dir, [...full, 'remove', place], { flags: ['-o', 'place/x.perfetto-trace'] })
		expect(run).toMatchObject({ code: 6, stdout: 'went on\n' })
		expect(run.stderr).toMatch(
			/^tsgotrace: .*place\/\.x\.parts-\w+ was removed while the program ran, and what had been recorded is lost/,
		)
		expect(existsSync(place)).toBe(false)
	})
})

describe('without the command', () => {
	it('child processes inherit the variable, and write files of their own though the path does not say so', async () => {
		expect(programs.preloaded('{"to":"family.perfetto-trace","events":["demo:*"]}', 'app/children.mjs')).toMatchObject({
			status: 0,
			stderr: '',
		})
		const files = readdirSync(programs.dir).filter(name => name.startsWith('family'))
		expect(files).toContain('family.perfetto-trace')
		expect(files).toHaveLength(2)
		for (const name of files) expect(name).toMatch(/^family(-\d+)?\.perfetto-trace$/)
		const all = await Promise.all(files.map(async name => places(await signalsOf(join(programs.dir, name)))))
		// The one that is spawned has not got the flag.
		expect(all.flat().sort()).toEqual(['forked', 'parent'])
		expect(places(await signalsOf(join(programs.dir, 'family.perfetto-trace')))).toEqual(['parent'])
	})
})

it('nothing is left beside the traces', () => {
	writeFileSync(join(programs.dir, 'x.tmp'), '')
	expect(leftovers(programs.dir)).toEqual(['x.tmp'])
})
