import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { followTrace, readTrace } from '@tsgotrace/trace/read'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Header } from '../src/data/header.js'
import { GrowingPage, page } from '../src/index.js'
import { Folder } from './recording.js'

const folder = new Folder()
let shop: Buffer
let lock: Buffer
beforeAll(async () => {
	shop = readFileSync(await folder.shop(40))
	lock = readFileSync(await folder.lock(12))
})
afterAll(() => folder.remove())

function headerOf(html: Iterable<string>): Header {
	const [, text = ''] = /data-part="header"[^>]*>([^<]*)</.exec([...html].join(''))!
	const header = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as Header
	// Names have numbers in the order in which they were found.
	return { ...header, names: header.names.toSorted() }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
	yield bytes
}

/** Bytes that come when they are asked for. */
class Pieces {
	readonly #waiting: Uint8Array[] = []
	#wake: () => void = () => {}
	#done = false

	add(bytes: Uint8Array): void {
		this.#waiting.push(bytes)
		this.#wake()
	}

	end(): void {
		this.#done = true
		this.#wake()
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
		for (;;) {
			const next = this.#waiting.shift()
			if (next !== undefined) yield next
			else if (this.#done) return
			else await new Promise<void>(resolve => (this.#wake = resolve))
		}
	}
}

describe('the page of a growing trace', () => {
	it.each(['shop', 'lock'])('is at the end the page of the whole: %s', async name => {
		const bytes = name === 'shop' ? shop : lock
		const pieces = new Pieces()
		const growing = new GrowingPage(readTrace(pieces), { title: 'x' })
		const read = growing.read()
		let intervals = 0
		for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 7)) {
			pieces.add(bytes.subarray(at, at + Math.ceil(bytes.length / 7)))
			const before = growing.items
			// Until the reader waits for more.
			for (let turns = 0; turns < 20 || growing.items === before; turns++) {
				if (turns > 1000) break
				await new Promise(resolve => setImmediate(resolve))
			}
			const header = headerOf(growing.page())
			const open = header.rows.reduce((sum, { count, kind }) => sum + (kind === 'counter' ? 0 : count), 0)
			expect(header.intervals).toBe(open)
			intervals = header.intervals
		}
		pieces.end()
		await read
		const whole = headerOf(await page(readTrace(once(bytes)), { title: 'x' }))
		expect(headerOf(growing.page())).toEqual(whole)
		expect(intervals).toBe(whole.intervals)
	})

	it('has the tasks that are open, by their names, with what they have done', async () => {
		// Cut where all tasks have begun and wait.
		const pieces = new Pieces()
		const growing = new GrowingPage(readTrace(pieces), { title: 'x' })
		const read = growing.read()
		pieces.add(lock.subarray(0, lock.length / 3))
		for (let turns = 0; turns < 1000 && growing.items === 0; turns++)
			await new Promise(resolve => setImmediate(resolve))
		for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
		const { rows, report } = headerOf(growing.page())
		const tasks = rows.find(({ kind }) => kind === 'group')!
		expect(tasks).toMatchObject({ label: 'GET /basket', states: true })
		expect(tasks.lanes).toBe(report.concurrency.max)
		expect(rows.filter(({ kind }) => kind === 'group').length).toBe(1)
		pieces.end()
		await read
	})

	it('of a file that grows is read on', async () => {
		const path = join(folder.path, 'growing.perfetto-trace')
		const half = shop.length >> 1
		writeFileSync(path, shop.subarray(0, half))
		const end = new AbortController()
		let looks = 0
		const trace = readTrace(followTrace(path, { signal: end.signal, every: 5, onLook: () => looks++ }))
		const growing = new GrowingPage(trace, { title: 'x' })
		const read = growing.read()
		while (looks < 2) await new Promise(resolve => setTimeout(resolve, 5))
		const before = headerOf(growing.page())
		appendFileSync(path, shop.subarray(half))
		end.abort()
		await read
		const after = headerOf(growing.page())
		expect(after.intervals).toBeGreaterThan(before.intervals)
		expect(after).toEqual(headerOf(await page(readTrace(once(shop)), { title: 'x' })))
	})
})
