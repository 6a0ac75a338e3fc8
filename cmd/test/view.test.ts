import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declare } from '../../packages/record/test/events.js'
import { cli, start } from './cli.js'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-view-'))
const trace = join(dir, 'a.perfetto-trace')
beforeAll(() => {
	const [begin, end] = [declare('shop:traceQueryBegin', 'id: number'), declare('shop:traceQueryEnd', 'id: number')]
	const recorder = record({ events: 'shop:*', to: trace })
	for (let id = 0; id < 10; id++) begin(id)
	for (let id = 0; id < 10; id++) end(id)
	recorder.stop()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The answer to a request, by its status and its text. */
async function answer(
	url: string,
	headers: Record<string, string> = {},
	method = 'GET',
): Promise<[number | undefined, string]> {
	return new Promise((resolve, reject) => {
		const request = get(url, { headers, method }, response => {
			let text = ''
			response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
			response.on('end', () => resolve([response.statusCode, text]))
		})
		request.on('error', reject)
	})
}

describe('view -o', () => {
	it('writes one file', async () => {
		expect(await cli(['view', 'a.perfetto-trace', '-o', 'a.html'], dir)).toEqual({ status: 0, stdout: '', stderr: '' })
		const html = readFileSync(join(dir, 'a.html'), 'utf8')
		expect(html).toMatch(/^<!doctype html>/)
		expect(html).toContain('<title>a.perfetto-trace</title>')
		expect(html).toContain('data-part="columns"')
	})

	it('never overwrites the trace', async () => {
		const before = readFileSync(trace)
		expect(await cli(['view', 'a.perfetto-trace', '-o', 'a.perfetto-trace'], dir)).toMatchObject({
			status: 2,
			stderr: "error: --output must not be the trace itself: 'a.perfetto-trace'\n",
		})
		expect(readFileSync(trace)).toEqual(before)
	})

	it('shows what came before the place where a trace is cut, and writes nothing of other files', async () => {
		writeFileSync(join(dir, 'cut.perfetto-trace'), readFileSync(trace).subarray(0, -5))
		expect(await cli(['view', 'cut.perfetto-trace', '-o', 'cut.html'], dir)).toMatchObject({
			status: 1,
			stderr: expect.stringMatching(/^cut\.perfetto-trace: truncated at byte \d+/) as string,
		})
		expect(existsSync(join(dir, 'cut.html'))).toBe(true)
		writeFileSync(join(dir, 'no.txt'), 'Hello, World!')
		const { status, stderr } = await cli(['view', 'no.txt', '-o', 'no.html'], dir)
		expect([status, stderr]).toEqual([1, expect.stringMatching(/^no\.txt: not a Perfetto trace/)])
		expect(existsSync(join(dir, 'no.html'))).toBe(false)
		expect(await cli(['view', 'missing', '-o', 'no.html'], dir)).toMatchObject({ status: 2 })
	})
})

describe('view', () => {
	it('serves the page on loopback, says when the trace has changed, and ends when interrupted', {
		timeout: 60_000,
	}, async () => {
		const growing = join(dir, 'growing.perfetto-trace')
		writeFileSync(growing, readFileSync(trace))
		const child = start(['view', growing], dir)
		const ended = once(child, 'close')
		const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
		expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/)
		const url = line.trim()
		const [status, html] = await answer(url)
		expect(status).toBe(200)
		expect(html).toContain("default-src 'none'; connect-src 'self';")
		expect(html).toContain('<html data-live ')
		// A name of another origin that leads here, another path, and what is not a request to read.
		expect(await answer(url, { host: 'evil.example' })).toEqual([403, ''])
		expect(await answer(`${url}etc/passwd`)).toEqual([404, ''])
		expect(await answer(url, {}, 'POST')).toEqual([405, ''])

		const versions = new Set<string>()
		await new Promise<void>((resolve, reject) => {
			const request = get(`${url}changes`, response => {
				response.setEncoding('utf8').on('data', (text: string) => {
					versions.add(text)
					// The same trace behind itself is a trace as well.
					if (versions.size === 1) appendFileSync(growing, readFileSync(trace))
					else {
						request.destroy()
						resolve()
					}
				})
			})
			request.on('error', reject)
		})
		expect((await answer(url))[1]).not.toBe(html)
		child.kill('SIGINT')
		expect(await ended).toEqual([0, null])
	})

	it('refuses what it cannot serve', async () => {
		expect(await cli(['view', '-'], dir)).toMatchObject({ status: 2 })
		expect(await cli(['view', trace, '--port', '70000'], dir)).toMatchObject({
			status: 2,
			stderr: "error: --port must be from 0 to 65535, not '70000'\n",
		})
	})
})
