import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const here = dirname(fileURLToPath(import.meta.url))
const bundle = resolve(here, '../dist/bundle')

/** Modules of Node that an import of `name` loads, built as users have it. */
function loaded(name: string): readonly string[] {
	const program = `
		const before = new Set(process.moduleLoadList)
		import('${name}').then(() => {
			console.log(JSON.stringify(process.moduleLoadList.filter(module => !before.has(module)).map(module => module.replace('NativeModule ', ''))))
		})`
	const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd: here })
	expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
	return JSON.parse(stdout) as string[]
}

/** The files that are loaded for one, itself included. */
function files(name: string, found = new Set<string>()): ReadonlySet<string> {
	if (found.has(name)) return found
	found.add(name)
	for (const [, other] of readFileSync(join(bundle, name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
		files(other!, found)
	return found
}

describe('an import', () => {
	it('of the package loads nothing of Node that only a probe needs', () => {
		const modules = loaded('@tsgotrace/exec')
		// `stream` is loaded by worker_threads, crypto and v8; `internal/mime` by an import of all of node:util.
		for (const module of [
			'crypto',
			'worker_threads',
			'v8',
			'inspector',
			'http',
			'http2',
			'net',
			'stream',
			'internal/mime',
		])
			expect(modules).not.toContain(module)
	})

	it('of its control loads no server and no inspector', () => {
		const modules = loaded('@tsgotrace/exec/control')
		for (const module of ['http', 'http2', 'net', 'inspector', 'internal/mime']) expect(modules).not.toContain(module)
	})

	it('reads few files of the package', () => {
		expect(files('index.js').size).toBeLessThanOrEqual(4)
		expect(files('control.js').size).toBeLessThanOrEqual(5)
	})

	it('that only lets tasks begin survives bundlers that leave out what is not used', async () => {
		const { outputFiles } = await build({
			stdin: { contents: "import '@tsgotrace/exec'", resolveDir: here },
			bundle: true,
			write: false,
			platform: 'node',
			format: 'esm',
		})
		const text = outputFiles[0]!.text
		for (const part of [
			'http.server.request.start',
			'http.client.request.created',
			'createHistogram',
			'promiseHooks',
			'node:inspector',
		])
			expect(text).toContain(part)
	})
})
