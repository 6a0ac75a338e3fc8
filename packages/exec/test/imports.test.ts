import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { events } from '../src/events.js'
import * as index from '../src/index.js'

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

/** What `program` prints, as a module beside this file would. */
function output(program: string): string {
	const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
		encoding: 'utf8',
		cwd: here,
	})
	expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
	return stdout
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
		// Nor does it read another package.
		expect(readFileSync(join(bundle, 'index.js'), 'utf8')).not.toMatch(/\b(?:from|import)\s*"/)
		expect(files('index.js').size).toBe(1)
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

	it('has all of the API, and of the events', () => {
		const [names, ids] = JSON.parse(
			output(`
				const exec = await import('@tsgotrace/exec')
				const { events } = await import('@tsgotrace/runtime')
				console.log(JSON.stringify([Object.keys(exec), events().map(event => [event.id, event.hash, event.params])]))`),
		) as [string[], unknown[]]
		expect(names.sort()).toEqual(Object.keys(index).sort())
		expect(new Set(ids)).toEqual(new Set(events.map(({ id, hash, params }) => [id, hash, params])))
		expect(ids).toHaveLength(events.length)
	})

	it('loads the rest of the package with the first probe', () => {
		const printed = output(`
			import { createRequire } from 'node:module'
			import { currentTask, liveTasks, log, region, spawn, task } from '@tsgotrace/exec'
			import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
			const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some(path => path.endsWith('full.cjs'))
			const group = new ProbeGroup()
			const attach = id => setup(() => attachProbe(group, events().find(event => event.id === id), (...args) => console.log(id, ...args)))
			const work = () => task('work', async given => {
				await null
				log('key', 'text')
				spawn('side', () => {})
				console.log(given?.name, currentTask()?.name, (given === null ? 0 : liveTasks().length), region('part', () => 'result'))
				region('block')[Symbol.dispose]()
				return 'done'
			})
			console.log(await work())
			region('off', () => log('off', ''))
			task('off', given => console.log(given, currentTask()))
			console.log(isLoaded())
			attach('@tsgotrace/exec/tasks:traceLog')
			console.log(isLoaded(), await work())
			group.done()
			console.log(await work())
			for (const wrong of [() => task(''), () => region('x', 1), () => region('x', null), () => spawn('s')])
				try {
					wrong()
				} catch (error) {
					console.log(error.message)
				}`)
		expect(printed.replaceAll(/\b\d+$/gm, 'N').split('\n')).toEqual([
			'undefined undefined 0 result',
			'done',
			'null null',
			'false',
			'@tsgotrace/exec/tasks:traceLog key text N',
			'work work 1 result',
			'true done',
			'undefined undefined 0 result',
			'done',
			'task: the name must be a non-empty string',
			"region 'x': the second argument must be a function",
			"region 'x': the second argument must be a function",
			"spawn 's': give the function to run as the second argument",
			'',
		])
	})

	it.each(['esm', 'cjs'] as const)('in a bundle (%s) whose conditions lack `module` works, too', async format => {
		const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-imports-'))
		try {
			const outfile = join(directory, format === 'esm' ? 'out.mjs' : 'out.cjs')
			await build({
				stdin: {
					contents: `
						import { task } from '@tsgotrace/exec'
						import { startTrace } from '@tsgotrace/exec/control'
						const trace = startTrace({ to: ${JSON.stringify(join(directory, 'out.trace'))} })
						task('work', given => console.log(given.name))
						trace.stop()`,
					resolveDir: here,
				},
				outfile,
				bundle: true,
				format,
				platform: 'node',
				target: 'node20',
				conditions: ['custom'],
				logLevel: 'silent',
			})
			const { stdout, stderr, status } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' })
			expect({ stdout, stderr, status }).toEqual({ stdout: 'work\n', stderr: '', status: 0 })
		} finally {
			rmSync(directory, { recursive: true })
		}
	})
})
