// `npm start`: generates, compiles and runs examples/hello with a probe attached to each of its events, records it, and
// lets `verify` find the mistake of examples/lost-update.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters, styleText } from 'node:util'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const plain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR)
const paint = (style, text) => (plain ? text : styleText(style, text))
const title = text => console.log(`\n${paint('bold', text)}\n`)
const source = name => readFileSync(join(root, 'examples/hello/src', name), 'utf8')

function run(script, ...args) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' })
	if (status === 0) return stdout + stderr
	console.error(stdout + stderr)
	process.exit(1)
}

/**
 * What vitest prints of tests in `dir` that must fail: two streams, the report on the second, without vitest's own
 * numbers.
 */
function failingTests(dir, filter) {
	const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
	const env = plain ? process.env : { ...process.env, FORCE_COLOR: '1' }
	const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', filter], {
		cwd: join(root, dir),
		encoding: 'utf8',
		env,
	})
	// No failure, or another one than that of the test, is a mistake of ours.
	if (status !== 1 || !stderr.includes('found in')) {
		console.error(`${stdout}${stderr}the search has not found the mistake`)
		process.exit(1)
	}
	const report = stderr.replace(/^.*Failed Tests.*\n+/m, '').replace(/^.*\[1\/1\].*$/m, '')
	return (plain ? stripVTControlCharacters(report) : report).trim()
}

const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
run('cmd/bin/tsgotrace.js', 'gen', 'examples/hello')
run(join(dirname(typescript), 'bin/tsc'), '-p', 'examples/hello')

// The very modules that the example imports: its events register when they load.
const { attachProbe, events, ProbeGroup, setup } = await import('../packages/runtime/dist/index.js')
const { sayHello } = await import('../examples/hello/dist/hello.js')

title('examples/hello/src/hello.ts declares events in comments, and emits them:')
console.log(
	source('hello.ts')
		.match(/\/\/trace:event traceHelloPre[\s\S]*?\n\}\n/)[0]
		.replace(/^(?=.)/gm, '    ')
		.replaceAll('\t', '    '),
)
console.log(`"tsgotrace gen" has made the functions of them: examples/hello/src/ztrace.ts`)

title('With a probe attached to every event, this happens when three people are greeted:')
const start = performance.now()
const group = new ProbeGroup()
setup(() => {
	for (const event of events()) {
		attachProbe(group, event, (...args) => {
			const when = (performance.now() - start).toFixed(3).padStart(9)
			console.log(
				`${paint('dim', `${when} ms`)}  ${paint('cyan', event.id)}(${args.map(arg => JSON.stringify(arg)).join(', ')})`,
			)
		})
	}
})
for (const who of ['JP', 'Kirr', 'Varya']) sayHello(who)
group.done()

title('Without a probe, the same program:')
sayHello('everybody')

title('An unchanged program can be recorded: tsgotrace record -- node examples/hello/dist/main.js')
const trace = 'hello.perfetto-trace'
run('cmd/bin/tsgotrace.js', 'record', '--quiet', '-o', trace, '--', process.execPath, 'examples/hello/dist/main.js')
console.log(run('cmd/bin/tsgotrace.js', 'print', trace).trimEnd())

title(
	'A test can execute code under one interleaving after the other. examples/lost-update/mistake/visits.test.ts does, and fails: that is the point',
)
console.log(failingTests('examples/lost-update', 'mistake/'))

title('Look next at')
console.log(`    examples/hello/src/ztrace.ts   the generated file
    examples/hello/src/main.ts     how a program attaches a probe
    ${trace}           the trace: drag it to https://ui.perfetto.dev, or: npx tsgotrace summary ${trace}
    examples/README.md             more examples: order in a test, who holds and who waits in a pool, races and their fixes
    docs/tracetest.md              the guide to testing; how the report above came about, and the code after the fix
    docs/recording.md              the guide to recording
    docs/guide.md                  the guide; README.md says what it costs and how to install it`)
