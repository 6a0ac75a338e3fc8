// `record --format`: recordings in the formats of `convert`.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkGoTrace } from '../../packages/trace/test/go/check.js'
import { cli, start } from './cli.js'
import { leftovers, recorded } from './record.js'
import { node, Programs } from './useprograms.js'

const programs = new Programs()

/** Record in a directory that is empty, with the default name. */
async function inEmpty(
	name: string,
	args: readonly string[],
): Promise<{ files: string[]; dir: string; stderr: string; code: number | null }> {
	const dir = join(programs.dir, name)
	mkdirSync(dir)
	const child = start(['record', ...args], dir)
	let stderr = ''
	child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
	const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
	return { files: readdirSync(dir), dir, stderr, code }
}

describe('record --format', () => {
	it.each([
		['threads', 'app/workers.mjs', 4],
		['processes', 'app/children.mjs', 3],
	])('go: with all %s of a program', async (what, program, count) => {
		const { trace, code, stderr } = await recorded(programs.dir, [node, program], {
			flags: ['--format', 'go', '-o', join(programs.dir, `${what}.trace`)],
		})
		expect({ code, exists: existsSync(trace) }).toEqual({ code: 0, exists: false })
		const { logs } = checkGoTrace(readFileSync(join(programs.dir, `${what}.trace`)))
		expect(logs).toHaveLength(count)
		expect(new Set(logs.map(({ goroutine }) => goroutine)).size).toBe(count)
		expect(stderr).toMatch(/open it with: {2}go tool trace '?.*\.trace'?\n$/)
		expect(leftovers(programs.dir)).toEqual([])
	})

	it.each([
		['go', 'trace.trace'],
		['chrome', 'trace.json'],
		['csv', 'trace.csv'],
		['perfetto', 'trace.perfetto-trace'],
	])('%s: is in %s unless a file is named', async (format, file) => {
		const { files, code, stderr } = await inEmpty(`as ${format}`, [
			'--format',
			format,
			'--',
			node,
			join(programs.dir, 'app/esm.mjs'),
		])
		expect({ files, code }).toEqual({ files: [file], code: 0 })
		expect(stderr).toContain(`: ${file}, `)
	})

	it('prints nothing with --quiet', async () => {
		const args = ['--quiet', '--format', 'go', '--', node, join(programs.dir, 'app/esm.mjs')]
		expect(await inEmpty('quiet', args)).toMatchObject({
			files: ['trace.trace'],
			stderr: programs.alone(['app/esm.mjs']).stderr,
		})
	})

	it('keeps the recording if it cannot be written', async () => {
		// A directory appears there while the program runs.
		const program = `import { mkdirSync } from 'node:fs'; mkdirSync('out.json'); await import(${JSON.stringify(pathToFileURL(join(programs.dir, 'app/esm.mjs')).href)})`
		const { files, code, stderr, dir } = await inEmpty('kept', [
			'--format',
			'chrome',
			'-o',
			'out.json',
			'--',
			node,
			'--input-type=module',
			'-e',
			program,
		])
		expect({ files, code }).toEqual({ files: ['out.json', 'out.json.perfetto-trace'], code: 3 })
		expect(stderr).toMatch(
			/tsgotrace: out\.json could not be written: .*EISDIR.*\n {2}what was recorded is in out\.json\.perfetto-trace; convert it with: {2}npx tsgotrace convert --to chrome/,
		)
		expect((await cli(['summary', 'out.json.perfetto-trace'], dir)).stdout).toContain('3 events')
	})

	it.each([
		[
			['--format', 'gif'],
			/option '--format <name>' argument 'gif' is invalid. Allowed choices are perfetto, chrome, pprof, go/,
		],
		[['--format', 'go', '-o', 'a.gz'], /--format go is not compressed: 'a\.gz'/],
	])('refuses %j', async (flags, message) => {
		expect(await cli(['record', ...flags, '--', 'node', 'app.js'], programs.dir)).toMatchObject({
			status: 2,
			stderr: expect.stringMatching(message) as unknown,
		})
	})
})
