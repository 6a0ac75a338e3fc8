// TypeScript's CommonJS output keeps the exports of a module in one object, four for each event. V8 makes an object of
// more than 1020 properties a dictionary, and then each signal of an event in it costs 2.5 ns.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

function node(cwd: string, ...args: string[]): string {
	return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })
}

/** Whether the exports of a directory with `count` events have fast properties. */
function hasFastExports(count: number): boolean {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-exports-'))
	try {
		mkdirSync(join(dir, 'src'))
		symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
		writeFileSync(join(dir, 'package.json'), '{ "name": "many" }')
		const directives = Array.from({ length: count }, (_, i) => `//trace:event traceNumber${i}(a: string, b: number)\n`)
		writeFileSync(join(dir, 'src/events.ts'), `${directives.join('')}export {}\n`)
		node(dir, join(root, 'cmd/bin/tsgotrace.js'), 'gen', '--quiet')
		const options = [
			'--module',
			'commonjs',
			'--moduleResolution',
			'bundler',
			'--target',
			'es2022',
			'--skipLibCheck',
			'--outDir',
			'dist',
		]
		node(dir, join(root, 'node_modules/typescript/bin/tsc'), ...options, '--rootDir', 'src', 'src/ztrace.ts')
		writeFileSync(join(dir, 'look.cjs'), `console.log(%HasFastProperties(require('./dist/ztrace.js')))`)
		return JSON.parse(node(dir, '--allow-natives-syntax', 'look.cjs')) as boolean
	} finally {
		rmSync(dir, { recursive: true })
	}
}

test('a directory may have 200 events before its exports become a dictionary', () => {
	expect(hasFastExports(200)).toBe(true)
})
