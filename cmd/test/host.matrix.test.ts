// Most tests run the tool in one process that many runs share. Here: a run in a process of its own does and prints the
// same.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withTree } from '../../packages/gen/test/tree.js'
import { TraceMaker } from '../../packages/trace/test/traces.js'
import { cli, timeless } from './cli.js'

const tree = {
	'package.json': '{ "name": "hello", "type": "module" }',
	'src/hello.ts': '//trace:event traceHello(who: string)\nexport {}\n',
	'src/bad.ts': '//trace:event traceBad(who)\n',
	'src/ztrace.ts': '// mine\n',
	'lib/a.ts': '//trace:event traceA()\n',
}

const runs: string[][] = [
	['gen'],
	['gen', '--check'],
	['gen', '--fix', 'lib'],
	['list', '--long'],
	['doctor'],
	['print', 'a.trace'],
	['print', 'missing.trace'],
	['summary', 'a.trace'],
	['analyze', 'a.trace'],
	['diff', 'a.trace', 'a.trace'],
	['convert', 'a.trace', '--to', 'csv'],
	['query', 'a.trace', 'select count(*) as n from events'],
	['query', 'a.trace', 'select nothing'],
	['view', 'a.trace', '-o', 'a.html'],
	['record', '--', process.execPath, '-e', 'console.log(1); process.exitCode = 7'],
	['record', '--', process.execPath, '-e', 'process.kill(process.pid, "SIGTERM")'],
	['profile', '--', process.execPath, '-e', 'console.error(2)'],
	['help', 'record'],
	['gne'],
]

it.each(runs.map(run => [run.join(' '), run] as const))('%s', async (_, args) => {
	const both: unknown[] = []
	for (const options of [undefined, {}])
		await withTree('host', tree, async dir => {
			writeFileSync(
				join(dir, 'a.trace'),
				new TraceMaker().header().declare('a:traceA', 'instant', 'a', 'n: number').end('stop').bytes(),
			)
			const { status, stdout, stderr } = await cli(args, dir, options)
			const files = ['src/ztrace.ts', 'lib/ztrace.ts', 'a.html'].map(path => {
				try {
					return readFileSync(join(dir, path), 'utf8')
				} catch {
					return null
				}
			})
			const plain = (text: string): string => timeless(text.replaceAll(dir, 'DIR'))
			both.push({ status, stdout: plain(stdout), stderr: plain(stderr), files })
		})
	expect(both[0]).toEqual(both[1])
})
