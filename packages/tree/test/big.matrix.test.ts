// A snapshot that is much larger than what a string can hold. SNAPSHOT_MB=2000 asks for one of 2 GB, which takes
// minutes to write.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeBigSnapshot } from './bigsnapshot.js'

const megabytes = Number(process.env['SNAPSHOT_MB'] ?? 560)

const program = `import { writeHeapSnapshot } from 'node:v8'
class Pool {
	waiters = []
	take() {
		return new Promise(resolve => this.waiters.push(resolve))
	}
}
globalThis.pool = new Pool()
async function handler() {
	await globalThis.pool.take()
}
for (let i = 0; i < 5; i++) handler()
setImmediate(() => writeHeapSnapshot('small.heapsnapshot'))
`

let dir = ''
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-big-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it(`a heap snapshot of ${megabytes} MB is read in pieces, in a third of its size`, {
	timeout: 900_000,
}, async () => {
	writeFileSync(join(dir, 'app.mjs'), program)
	execFileSync(process.execPath, ['app.mjs'], { cwd: dir })
	const path = join(dir, 'big.heapsnapshot')
	await writeBigSnapshot(path, readFileSync(join(dir, 'small.heapsnapshot'), 'utf8'), megabytes * 1e6)
	const { size } = statSync(path)
	expect(size).toBeGreaterThanOrEqual(megabytes * 1e6)
	const tree = new URL('../dist/index.js', import.meta.url).href
	const code = `
		import { buildTree, readHeapSnapshot, treeText } from ${JSON.stringify(tree)}
		let calls = 0
		const heap = await readHeapSnapshot('big.heapsnapshot', (done, total) => void (calls += done <= total ? 1 : NaN))
		console.log(JSON.stringify({ text: treeText(buildTree(heap).tree), calls, memory: 1024 * process.resourceUsage().maxRSS }))
	`
	const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: dir, encoding: 'utf8' })
	const { text, calls, memory } = JSON.parse(out) as { text: string; calls: number; memory: number }
	expect(text).toMatch(/\n5 x handler +\S*app\.mjs:\d+\n +<- held by waiters\[\] of Pool/)
	// Progress comes with each piece.
	expect(calls).toBeGreaterThanOrEqual(size / (4 << 20))
	// Node alone takes some 50 MB.
	process.stderr.write(`${(size / 1e6).toFixed(0)} MB: ${(memory / 1e6).toFixed(0)} MB of memory\n`)
	expect(memory).toBeLessThan(0.33 * size + 100e6)
})
