// The reader in a browser: a large recording comes to the same sums there as in Node.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '@tsgotrace/record'
import { readTrace } from '@tsgotrace/trace/read'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declare } from '../../record/test/events.js'
import { bundleForBrowser } from './bundle.js'
import { type Browser, chromiumPath, launch } from './chromium.js'
import { sumsOf } from './sums.js'

const size = 50_000_000

describe.skipIf(chromiumPath === null)('the reader in Chromium', { timeout: 300_000 }, () => {
	let browser: Browser
	let server: Server
	let url: string
	let dir: string
	let path: string
	beforeAll(async () => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-browser-'))
		path = join(dir, 'a.perfetto-trace')
		const [begin, end, row] = [
			declare('page:traceQueryBegin', 'id: number', 'sql: string'),
			declare('page:traceQueryEnd', 'id: number'),
			declare('page:traceRow', 'n: number', 'text: string', 'more: unknown'),
		]
		const recorder = record({ events: 'page:*', to: path })
		for (let i = 0; recorder.stats.bytes < size; i++) {
			begin(i, `select ${i % 1000}`)
			row(i / 3, 'žluťoučký kůň 🐎', i % 50 === 0 ? { big: BigInt(i), list: [i, null, 'x'.repeat(2000)] } : i)
			end(i)
		}
		recorder.stop()
		const bundle = await bundleForBrowser()
		server = createServer((request, response) => {
			if (request.url === '/trace') response.end(readFileSync(path))
			else if (request.url === '/bundle.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle)
			else response.writeHead(200, { 'content-type': 'text/html' }).end('<script src="/bundle.js"></script>')
		})
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
		browser = await launch()
	}, 300_000)
	afterAll(async () => {
		await browser?.close()
		server?.close()
		rmSync(dir, { recursive: true, force: true })
	})

	it('has the same sums as in Node, from bytes and from a stream', async () => {
		expect(statSync(path).size).toBeGreaterThan(size)
		const expected = await sumsOf(readTrace(path))
		expect(expected['begin']).toBeGreaterThan(100_000)
		const page = await browser.newPage()
		await page.goto(url)
		expect(
			await page.evaluate("fetch('/trace').then(r => r.arrayBuffer()).then(b => sums(new Uint8Array(b)))"),
		).toEqual(expected)
		expect(await page.evaluate("fetch('/trace').then(r => sums(r.body))")).toEqual(expected)
	})
})
