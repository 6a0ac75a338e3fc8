// Every example is current, compiles on its own, and prints what it says.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeProfile } from '../../packages/trace/test/decodeprofile.js'

// Processes take their time on a busy machine.

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const bin = (name: string, path: string): string =>
	join(dirname(createRequire(join(root, 'x.js')).resolve(`${name}/package.json`)), path)
const tsc = bin('typescript', 'bin/tsc')
const read = (path: string): string => readFileSync(join(root, 'examples', path), 'utf8')

/** Standard output, with times masked. A process that fails makes the test fail, with what it printed. */
/** The output of a program, without its times. */
function node(args: readonly string[], cwd?: string): string {
	return masked(outputOf(args, cwd))
}

function outputOf(args: readonly string[], cwd: string = root): string {
	const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, NODE_ENV: undefined, VITEST: undefined }
	try {
		return execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe', env })
	} catch (error) {
		const { stdout, stderr } = error as { stdout: string; stderr: string }
		throw new Error(`node ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
	}
}

function masked(text: string): string {
	return text
		.replace(
			/^\d+\.\d{9} \d+\/main (\S+)(?: \(.*?\))?/gm,
			(all, id: string) => `#.# #/main ${id}${all.endsWith(')') ? ' (#)' : ''}`,
		)
		.replace(/ *\d+\.\d+ ?ms/g, ' # ms')
		.replace(/\(\d+ ms\)/, '(# ms)')
}

beforeAll(() => {
	const built = [
		'hello',
		'pool',
		'server',
		'flight-recorder',
		'profile-by-route',
		'cross-package/app',
		'double-init',
		'exec',
		'stories',
	]
	node([tsc, '-b', ...built.map(name => `examples/${name}`)])
})

test('the index names every example', () => {
	const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter(
		e => e.isDirectory() && e.name !== 'node_modules',
	)
	const listed = [...read('README.md').matchAll(/^\| \[(.+?)\]\((.+?)\) \|/gm)].map(m => m[2])
	expect(new Set(listed)).toEqual(new Set(folders.map(e => e.name)))
})

test('the generated files are current', () => {
	expect(node(['cmd/bin/tsgotrace.js', 'gen', '--check', 'examples'])).toBe('32 events (# ms)\n')
})

describe('hello', () => {
	test('compiles by its own tsconfig', () => {
		expect(node([tsc, '-p', 'examples/hello', '--noEmit'])).toBe('')
	})

	test('main: a probe collects, until it is detached', () => {
		expect(node(['examples/hello/dist/main.js'])).toBe(`\
Hello, JP
Hello, Kirr
Hello, Varya
Hello, everybody
Said hello to JP @ # ms
Said hello to Kirr @ # ms
Said hello to Varya @ # ms
`)
	})

	test('group: two probes, detached together', () => {
		expect(node(['examples/hello/dist/group.js'])).toBe(`\
  about to greet JP
Hello, JP
  greeted JP
  about to greet Kirr
Hello, Kirr
  greeted Kirr
Hello, Varya
`)
	})

	test('pause: a probe holds one task back', () => {
		expect(node(['examples/hello/dist/pause.js'])).toBe(`\
As they come:
Hello, JP
Hello, Kirr
Hello, Varya
JP held back until Varya is greeted:
Hello, Kirr
Hello, Varya
Hello, JP
`)
	})
})

describe('pool', () => {
	test('shows the mistake, and that the fixed pool has none', () => {
		const output = node(['examples/pool/dist/main.js'])
		expect(output).toBe(`\
${/```text\n([^`]*)```/.exec(read('pool/README.md'))![1]!}
FixedPool:
  event             1 is held by  2 is held by  waiting
  ann gets 1        ann           -
  bob gets 2        ann           bob
  cid waits         ann           bob           cid
  dan waits         ann           bob           cid dan
  eve waits         ann           bob           cid dan eve
  fay waits         ann           bob           cid dan eve fay
  cid gives up      ann           bob           dan eve fay
  dan gives up      ann           bob           eve fay
  ann returns 1     -             bob           eve fay
  eve gets 1        eve           bob           fay
  bob returns 2     eve           -             fay
  fay gets 2        eve           fay
  eve returns 1     -             fay
  fay returns 2     -             -

`)
		expect(output).toContain('  dan gets 2        cid (gone)    dan (gone)    eve fay\n\nFixed')
	})

	test('the observer knows the pool by its events only', () => {
		const uses = [...read('pool/src/observer.ts').matchAll(/(?<!\/)\bpool\.(\w+)/g)].map(m => m[1])
		expect(uses).toEqual(['size'])
	})
})

describe('server', () => {
	test('is recorded under load, with the slices of its requests and queries', () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-example-'))
		try {
			const trace = join(dir, 'server.perfetto-trace')
			const record = [
				'cmd/bin/tsgotrace.js',
				'record',
				'-o',
				trace,
				'--',
				process.execPath,
				'examples/server/dist/main.js',
			]
			expect(node(record)).toBe('152 requests answered with 200\n8 requests answered with 404\n')
			const summary = JSON.parse(node(['cmd/bin/tsgotrace.js', 'summary', '--json', trace])) as {
				slices: { id: string; count: number; p50: number; max: number }[]
				counters: { id: string; max: number; last: number }[]
				slicesUnfinished: number
			}
			const slices = Object.fromEntries(
				summary.slices.map(({ id, ...slice }) => [id.replace('@examples/server:', ''), slice]),
			)
			expect(slices).toMatchObject({ traceRequest: { count: 160 }, traceQuery: { count: 152 } })
			// A report takes 10 ms.
			expect(slices['traceQuery']!.max).toBeGreaterThan(9e6)
			expect(slices['traceRequest']!.max).toBeGreaterThanOrEqual(slices['traceQuery']!.max)
			expect(summary.counters).toMatchObject([{ id: '@examples/server:traceConnectionsCount', max: 4, last: 0 }])
			expect(summary.slicesUnfinished).toBe(0)
		} finally {
			rmSync(dir, { recursive: true })
		}
	})
})

describe('flight-recorder', () => {
	test('catches the slow page, with what happened before', () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-example-'))
		try {
			const output = node([join(root, 'examples/flight-recorder/dist/main.js')], dir)
			const shown = /```text\n([^`]*)```/.exec(read('flight-recorder/README.md'))![1]!
			expect(output).toBe(masked(shown))
		} finally {
			rmSync(dir, { recursive: true })
		}
	})

	test('the README shows its line', () => {
		expect(read('flight-recorder/src/main.ts')).toContain(
			/```ts\n([^`]*)```/.exec(read('flight-recorder/README.md'))![1]!,
		)
	})
})

describe('profile-by-route', () => {
	test('reports what each route allocates, in a file for pprof too', () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-example-'))
		try {
			const main = join(root, 'examples/profile-by-route/dist/main.js')
			const table = /```text\n([^`]*)```/.exec(read('profile-by-route/README.md'))![1]!
			expect(node([main], dir)).toBe(table)
			const [, ...rows] = table.trimEnd().split('\n').slice(0, -1)
			const shown = new Map(
				rows
					.map(row => row.trim().split(/ +/))
					.map(([route, events, mb]) => [route, [Number(events), Number(mb) * 1e6]]),
			)
			expect(byRoute(readFileSync(join(dir, 'alloc.pb.gz')))).toEqual(shown)
			// As the README says: without a line in the program.
			const flags = [
				'-o',
				'cli.pb.gz',
				'-e',
				'@examples/profile-by-route:traceAlloc',
				'-w',
				'bytes',
				'--label',
				'route',
			]
			node([join(root, 'cmd/bin/tsgotrace.js'), 'profile', ...flags, '--', process.execPath, main], dir)
			expect(byRoute(readFileSync(join(dir, 'cli.pb.gz')))).toEqual(shown)
		} finally {
			rmSync(dir, { recursive: true })
		}
	})

	function byRoute(profile: Uint8Array): Map<string | undefined, number[]> {
		const { types, rows } = decodeProfile(profile)
		expect(types).toEqual(['events/count', 'bytes/bytes'])
		return new Map(rows.map(({ labels, values }) => [labels['route'], values]))
	}

	test('the README shows its line', () => {
		expect(read('profile-by-route/src/main.ts')).toContain(
			/```ts\n([^`]*)```/.exec(read('profile-by-route/README.md'))![1]!,
		)
	})
})

describe('cross-package', () => {
	test('its own tests pass', () => {
		const output = node(
			[bin('vitest', 'vitest.mjs'), 'run', '--reporter=tap-flat'],
			join(root, 'examples/cross-package/app'),
		)
		expect(output.replace(/ # time=.*/g, '')).toBe(`\
TAP version 13
1..2
ok 1 - test/desk.test.ts > every order has its receipt before the next order leaves the box
ok 2 - test/desk.test.ts > a customer who waits gets the receipt from hand to hand, and of two clerks the one who waits longest serves
`)
	})

	test('the library exports types of its events, and no code of them', async () => {
		const { exports } = JSON.parse(read('cross-package/mailbox/package.json')) as { exports: Record<string, unknown> }
		expect(exports['./ztrace']).toEqual({ types: './dist/ztrace.d.ts' })
		const name = 'mailbox'
		expect(Object.keys((await import(name)) as object)).toEqual(['Mailbox'])
	})
})

describe('examples of tracetest', () => {
	// Their tests are part of this repository's run, all but those of node:test.
	const found = [...read('README.md').matchAll(/^\| \[([\w-]+)\]\(.*\) \| .* \| (\d+)(?: schedules)? \|$/gm)]
	const examples = found.map(m => ({ name: m[1]!, schedules: Number(m[2]) }))

	test('are five', () => {
		expect(examples).toHaveLength(5)
	})

	test.each(examples)('$name compiles by its own tsconfig', ({ name }) => {
		expect(node([tsc, '-p', `examples/${name}`, '--noEmit'])).toBe('')
	})

	test.each(examples)('$name: the index says in how many schedules the mistake is found, and its test proves it', ({
		name,
		schedules,
	}) => {
		const [file] = readdirSync(join(root, 'examples', name, 'test'))
		const source = read(`${name}/test/${file!}`)
		expect([...source.matchAll(/\{\s*runs: (\d+),\s+delays: /g)].map(m => Number(m[1]))).toEqual([schedules])
	})

	test('double-init: its tests pass, with node:test', () => {
		const output = node(
			['--test', '--test-reporter=tap', 'dist/test/double-init.js'],
			join(root, 'examples/double-init'),
		)
		expect(
			[...output.matchAll(/^ *(?:not )?ok \d+ - .*$/gm)]
				.map(m => m[0].trim())
				.filter(line => !line.includes('double-init.js')),
		).toEqual([
			'ok 1 - the mistake: as things happen to happen, it never shows',
			'ok 2 - the mistake: the search finds it',
			'ok 3 - fixed: no schedule connects twice',
			'ok 4 - two reports, one connection',
		])
		expect(output).toMatch(/# exhaustive over choice points: all 33 schedules/)
		expect(output).toContain('# fail 0\n')
	})

	test('lost-update: its tests pass on the built packages, and say what was explored', () => {
		const output = node(
			[bin('vitest', 'vitest.mjs'), 'run', 'test/', '--reporter=verbose', '--no-color'],
			join(root, 'examples/lost-update'),
		)
		expect(output).toMatch(/✓ .*two visits count twice/)
		const claim = /❯ tracetest\n +↳ (exhaustive: all \d+ schedules)/.exec(output)?.[1]
		expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`\`${claim}\``)
	})
})

test('npm start shows what the README promises, without colours in a pipe', () => {
	const output = node(['scripts/start.mjs'])
	// The report is long, and its own tests compare it; here it counts that a reader sees a race, and can replay it.
	const [, report = ''] = /that is the point\n\n([^]*)\n\nLook next at\n/.exec(output) ?? []
	expect(report).toMatch(
		/^FAIL {2}mistake\/visits\.test\.ts > two visits count twice\nAssertionError: expected 1 to be 2\b/,
	)
	expect(report).toMatch(/\nfound in \d+ schedules, [^]*\n +ann +start → traceQuery\('get \/'\) src\/store\.ts:\d+\n/)
	expect(report).toMatch(/\nreplay: TRACETEST=tt1:\S+ npx vitest run mistake\/visits\.test\.ts -t /)
	expect(output.replace(report, '<the report>')).toBe(`
examples/hello/src/hello.ts declares events in comments, and emits them:

    //trace:event traceHelloPre(who: string)
    //trace:event traceHello(who: string)

    export function sayHello(who: string): void {
        traceHelloPre(who)
        console.log(\`Hello, \${who}\`)
        traceHello(who)
    }

"tsgotrace gen" has made the functions of them: examples/hello/src/ztrace.ts

With a probe attached to every event, this happens when three people are greeted:

 # ms  hello:traceHelloPre("JP")
Hello, JP
 # ms  hello:traceHello("JP")
 # ms  hello:traceHelloPre("Kirr")
Hello, Kirr
 # ms  hello:traceHello("Kirr")
 # ms  hello:traceHelloPre("Varya")
Hello, Varya
 # ms  hello:traceHello("Varya")

Without a probe, the same program:

Hello, everybody

An unchanged program can be recorded: tsgotrace record -- node examples/hello/dist/main.js

#.# #/main hello:traceHelloPre who="JP"
#.# #/main hello:traceHello (#) who="JP"
#.# #/main hello:traceHelloPre who="Kirr"
#.# #/main hello:traceHello (#) who="Kirr"
#.# #/main hello:traceHelloPre who="Varya"
#.# #/main hello:traceHello (#) who="Varya"
#.# #/main hello:traceHelloPre who="everybody"
#.# #/main hello:traceHello (#) who="everybody"

A test can execute code under one interleaving after the other. examples/lost-update/mistake/visits.test.ts does, and fails: that is the point

<the report>

Look next at

    examples/hello/src/ztrace.ts   the generated file
    examples/hello/src/main.ts     how a program attaches a probe
    hello.perfetto-trace           the trace: drag it to https://ui.perfetto.dev, or: npx tsgotrace summary hello.perfetto-trace
    examples/README.md             more examples: order in a test, who holds and who waits in a pool, races and their fixes
    docs/tracetest.md              the guide to testing; how the report above came about, and the code after the fix
    docs/recording.md              the guide to recording
    docs/guide.md                  the guide; README.md says what it costs and how to install it
`)
})

describe('exec', () => {
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-exec-example-'))
		return () => rmSync(dir, { recursive: true })
	})

	/** Slices and counters of a recording. */
	async function recorded(program: string, ...flags: string[]): Promise<readonly Seen[]> {
		const trace = join(dir, `${program}.perfetto-trace`)
		node([
			'cmd/bin/tsgotrace.js',
			'record',
			'--quiet',
			'-o',
			trace,
			...flags,
			'--',
			process.execPath,
			`examples/exec/dist/${program}.js`,
		])
		const seen: Seen[] = []
		const slices = slicesOf(readTrace(trace))
		for await (const { items, slices: of } of slices.batches())
			for (const [i, item] of items.entries()) {
				if (item.type === 'counter') seen.push({ name: item.name, text: '', how: '', ms: Number(item.value) })
				if (item.type !== 'end' || !of[i]!.ended) continue
				const { name, args, endArgs, start, end } = of[i]!
				const text = JSON.stringify(args['name'] ?? args['target'] ?? '').slice(1, -1)
				seen.push({ name, text, how: JSON.stringify(endArgs['how'] ?? '').slice(1, -1), ms: (end - start) / 1e6 })
			}
		return seen
	}

	const median = (seen: readonly Seen[], text: string): number => {
		const found = seen.filter(slice => slice.text.includes(text)).map(({ ms }) => ms)
		return found.sort((a, b) => a - b)[found.length >> 1]!
	}

	test('small-pool: requests wait for a connection for longer than they use one', async () => {
		const seen = await recorded('small-pool', '--exec=tasks')
		expect(seen.filter(({ name, text }) => name === 'traceTask' && text === 'GET /orders/:id')).toHaveLength(20)
		expect(median(seen, 'wait for a connection')).toBeGreaterThan(2 * median(seen, 'query'))
	})

	test('slow-call: the call that the task waits for', async () => {
		const seen = await recorded('slow-call', '--exec=tasks')
		const calls = seen.filter(({ name }) => name === 'traceCall')
		expect(calls).toHaveLength(3)
		expect(median(calls, '/reviews')).toBeGreaterThan(75)
	})

	test('stall: the loop is late', async () => {
		const seen = await recorded('stall', '--exec=tasks')
		expect(Math.max(...seen.filter(({ name }) => name === 'traceLoopDelay').map(({ ms }) => ms))).toBeGreaterThan(90)
	})

	test('leak: half of the tasks never end', async () => {
		const seen = await recorded('leak', '--exec=tasks')
		const hows = seen.filter(({ name, text }) => name === 'traceTask' && text === 'deliver').map(({ how }) => how)
		expect(hows.filter(how => how === 'returned')).toHaveLength(5)
		expect(hows).toHaveLength(10)
		expect(hows.filter(how => how === 'returned' || how === 'exited' || how === 'lost')).toHaveLength(10)
	})
})

describe('stories', () => {
	const readme = read('stories/README.md')
	let dir: string
	beforeAll(() => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-stories-'))
		return () => rmSync(dir, { recursive: true })
	})

	const traceOf = (program: string, ...args: readonly string[]): string => {
		const trace = join(dir, [program, ...args].join('-'))
		const record = ['cmd/bin/tsgotrace.js', 'record', '--quiet', '--exec=tasks', '-o', trace]
		outputOf([...record, '--', process.execPath, `examples/stories/dist/${program}.js`, ...args])
		return trace
	}
	/**
	 * In one line, without its numbers. On a busy machine some are only suspected, for what else it may have been; tests
	 * of simulated programs have their levels.
	 */
	const plain = (text: string): string =>
		text
			.replace(/\s+/g, ' ')
			.replace(/(?:measured|suspected): (?!leak)/g, '')
			.replace(/(-?\d[\d.,]*|#)( (ns|µs|ms|s|%)(?!\w))?/g, '#')
	const block = (program: string): string => {
		const section = readme.slice(readme.indexOf(`\n## ${program}:`))
		return /```text\n([^`]*)\n```/.exec(section)![1]!
	}
	const findings = (trace: string): readonly string[] => {
		const report = JSON.parse(outputOf(['cmd/bin/tsgotrace.js', 'analyze', '--json', trace])) as {
			findings: { rule: string }[]
		}
		return report.findings.map(({ rule }) => rule)
	}

	test.each([
		['worker-pool', '2'],
		['queue'],
		['mutex'],
		['leak'],
		['deadlock'],
		['gc'],
		['pipeline'],
	])('%s: the lines that the README shows', (program, ...args) => {
		const trace = traceOf(program, ...args)
		expect(plain(outputOf(['cmd/bin/tsgotrace.js', 'analyze', trace]))).toContain(plain(block(program)))
		const markdown = outputOf(['cmd/bin/tsgotrace.js', 'analyze', '--md', trace])
		expect(markdown.length).toBeLessThanOrEqual(4096)
		const [, level, rule, subject, text] = /^(\w+): ([\w ]+): (.*)\n([^]*)$/.exec(block(program))!
		expect(plain(markdown.replaceAll('`', ''))).toContain(plain(`**${level}: ${rule}** ${subject}: ${text}`))
	})

	test('without the fault, there is no such finding', () => {
		expect(findings(traceOf('mutex', 'short'))).not.toContain('contention')
		expect(findings(traceOf('gc', 'once'))).not.toContain('gc')
		expect(findings(traceOf('pipeline', 'concurrent'))).not.toContain('serial')
	})

	test('the pipeline made concurrent is faster, says diff', () => {
		const output = outputOf(['cmd/bin/tsgotrace.js', 'diff', traceOf('pipeline'), traceOf('pipeline', 'concurrent')])
		expect(plain(output)).toMatch(/task GET \/page faster # → # #/)
		expect(plain(readme)).toContain('task GET /page faster # → # #')
	})
})

interface Seen {
	readonly name: string
	readonly text: string
	readonly how: string
	readonly ms: number
}
