// A program that was compiled, bundled and minified is reported in the words and places of its sources.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildTree, placeTree, readHeapSnapshot, Sources, treeText } from '@tsgotrace/tree'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

const source = `import { writeHeapSnapshot } from 'node:v8'

interface Order { id: number }

class ConnectionPool {
	waiters: (() => void)[] = []
	take(): Promise<void> {
		return new Promise(resolve => this.waiters.push(resolve))
	}
}
const pool = new ConnectionPool()
Object.assign(globalThis, { pool })

async function checkout(order: Order): Promise<number> {
	await pool.take()
	return order.id
}

const handleRequest = async (id: number): Promise<void> => {
	const order = { id }
	await checkout(order)
}

for (let i = 0; i < 3; i++) void handleRequest(i)
setImmediate(() => writeHeapSnapshot('app.heapsnapshot'))
`

let dir = ''
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-map-'))
	writeFileSync(join(dir, 'app.ts'), source)
})
afterAll(() => rmSync(dir, { recursive: true }))

it.each([
	{ sourcemap: 'linked', minify: false, format: 'esm' },
	{ sourcemap: 'linked', minify: true, format: 'esm' },
	{ sourcemap: 'inline', minify: true, format: 'esm' },
	{ sourcemap: 'linked', minify: true, format: 'cjs' },
] as const)('$sourcemap map, minified: $minify, $format', async ({ sourcemap, minify, format }) => {
	const outfile = join(dir, format === 'esm' ? 'out.mjs' : 'out.cjs')
	await build({
		entryPoints: [join(dir, 'app.ts')],
		bundle: true,
		platform: 'node',
		outfile,
		sourcemap,
		minify,
		format,
		logLevel: 'error',
	})
	execFileSync(process.execPath, [outfile], { cwd: dir })
	const tree = placeTree(buildTree(await readHeapSnapshot(join(dir, 'app.heapsnapshot'))).tree, new Sources())
	expect(tree.warnings).toEqual([])
	expect(
		treeText(tree, { showPath: file => file.replace(/^.*\//, '') }).replace(/^.*\n\n/, ''),
	).toBe(`3 x handleRequest                       app.ts:21
      awaits checkout                   app.ts:15
      <- held by waiters[] of ConnectionPool  app.ts:5
`)
})
