import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { analyze } from '@tsgotrace/trace/analyze'
import { readTrace } from '@tsgotrace/trace/read'
import { slicesOf } from '@tsgotrace/trace/slices'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpackColumns } from '../src/data/columns.js'
import type { Header } from '../src/data/header.js'
import { page } from '../src/index.js'
import { Folder } from './recording.js'

const folder = new Folder()
let trace: string
beforeAll(async () => {
	trace = await folder.shop(60)
})
afterAll(() => folder.remove())

async function made(
	input: string | Uint8Array,
	options = {},
): Promise<{ readonly html: string; readonly header: Header; readonly part: (name: string) => Buffer }> {
	const html = [...(await page(readTrace(input), options))].join('')
	const part = (name: string): Buffer => {
		const pieces = [
			...html.matchAll(new RegExp(`<script type="text/plain" data-part="${name}"[^>]*>([^<]*)</script>`, 'g')),
		]
		return gunzipSync(Buffer.from(pieces.map(([, text]) => text).join(''), 'base64'))
	}
	return { html, header: JSON.parse(part('header').toString()) as Header, part }
}

describe('a page', () => {
	it('has each slice and event of the trace once', async () => {
		const { header, part } = await made(trace)
		const { start, end, name, lanes } = unpackColumns(part('columns'), header.intervals)
		const inPage = Array.from(start, (from, i) => `${header.names[name[i]!]} ${from} ${end[i]}`).sort()
		const inTrace: string[] = []
		for await (const { items, slices } of slicesOf(readTrace(trace)).batches())
			for (const [i, item] of items.entries()) {
				const slice = slices[i] ?? null
				if (item.type === 'end' && slice !== null)
					inTrace.push(`${slice.category}:${slice.name} ${Math.round(slice.start)} ${Math.round(slice.end)}`)
				if (item.type === 'instant') inTrace.push(`${item.id} ${Math.round(item.time)} ${Math.round(item.time)}`)
			}
		expect(inPage).toEqual(inTrace.sort())
		expect(lanes.at(-1)).toBe(header.intervals)
		expect(header.rows.reduce((sum, { lanes: n }) => sum + n, 0)).toBe(lanes.length - 1)
	})

	it('shows slices that overlap on as many lanes as the pool has connections', async () => {
		const { header } = await made(trace)
		expect(header.rows.find(({ label }) => label === 'shop/db:traceQuery')).toMatchObject({
			kind: 'group',
			lanes: 3,
			depths: 1,
			count: 60,
		})
		expect(header.rows.find(({ label }) => label === 'shop/pool:traceInUseCount')).toMatchObject({ kind: 'counter' })
	})

	it('is small without the data', () => {
		const template = readFileSync(new URL('../dist/page.html', import.meta.url))
		expect(gzipSync(template, { level: 9 }).length).toBeLessThan(300_000)
	})

	it('takes nothing of a title or an argument for markup', async () => {
		const { html } = await made(trace, { title: '</title><script>alert(1)</script>' })
		expect(html).not.toContain('<script>alert(1)')
	})

	it('leaves out what is too much, and counts it', async () => {
		const { header } = await made(trace, { maxIntervals: 100 })
		expect(header.intervals).toBe(100)
		expect(header.omitted).toBeGreaterThan(100)
	})

	it('has the numbers of analyze', async () => {
		const { header } = await made(trace)
		expect(header.report).toEqual(JSON.parse(JSON.stringify(await analyze(readTrace(trace)))))
		expect(header.report.slices.map(({ name, count }) => [name, count])).toContainEqual(['shop/db:traceQuery', 60])
	})

	it('of a trace that is cut has what came before', async () => {
		const bytes = readFileSync(trace)
		const { header } = await made(bytes.subarray(0, bytes.length - 10))
		expect(header.problems).toEqual([expect.stringMatching(/^truncated at byte \d+: /)])
		expect(header.intervals).toBeGreaterThan(100)
	})

	it('of an empty file has nothing', async () => {
		const { header } = await made(new Uint8Array())
		expect(header).toMatchObject({ rows: [], intervals: 0, begin: 0, end: 0 })
	})
})
