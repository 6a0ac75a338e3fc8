// Chrome JSON in DevTools itself, as Chromium brings it: what its Performance panel shows of a file that it loads.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChromeOptions, chrome, convert } from '@tsgotrace/trace/export'
import { readTrace } from '@tsgotrace/trace/read'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, chromiumPath, launch } from './chromium.js'
import { sample } from './sample.js'

/** What the flame chart shows. Microseconds. */
interface Shown {
	readonly range: number
	readonly tracks: readonly string[]
	readonly entries: readonly (readonly [title: string, start: number, duration: number])[]
}

/**
 * Runs in the page: the panel draws on a canvas, so its own model is asked. A string, as its modules exist there only.
 */
const ask = `(async () => {
	const { TimelinePanel } = await import('devtools://devtools/bundled/panels/timeline/timeline.js')
	const panel = TimelinePanel.TimelinePanel.instance()
	for (;;) {
		const provider = panel.getFlameChart?.().getMainDataProvider?.()
		const data = provider?.timelineData?.()
		if (data?.entryLevels?.length > 0) {
			const us = ms => Math.round((ms - provider.minimumBoundary()) * 1e3 * 1e3) / 1e3
			return {
				range: Math.round(provider.totalTime() * 1e6) / 1e3,
				tracks: data.groups.map(group => group.name),
				entries: Array.from(data.entryLevels, (_, i) => [provider.entryTitle(i), us(data.entryStartTimes[i]), Math.round(data.entryTotalTimes[i] * 1e6) / 1e3]),
			}
		}
		await new Promise(resolve => setTimeout(resolve, 50))
	}
})()`

describe.skipIf(chromiumPath === null)('DevTools', () => {
	let browser: Browser
	let dir: string
	beforeAll(async () => {
		dir = mkdtempSync(join(tmpdir(), 'tsgotrace-devtools-'))
		browser = await launch()
	}, 120_000)
	afterAll(async () => {
		await browser?.close()
		rmSync(dir, { recursive: true, force: true })
	})

	async function shown(options: ChromeOptions): Promise<Shown> {
		const path = join(dir, 'trace.json')
		let text = ''
		for await (const chunk of convert(readTrace(sample().bytes()), chrome(options))) text += String(chunk)
		writeFileSync(path, text)
		const page = await browser.newPage()
		try {
			await page.goto('devtools://devtools/bundled/devtools_app.html?panel=timeline')
			await page.locator('input[type=file]').first().setInputFiles(path)
			return (await page.evaluate(ask)) as Shown
		} finally {
			await page.close()
		}
	}

	it('shows all threads and lanes, with slices and other events', async () => {
		const { range, tracks, entries } = await shown({})
		expect(range).toBe(3.5)
		expect(tracks).toEqual(['app (42)', 'main (42)', 'query (900)', 'query (901)'])
		const instant = expect.any(Number) as number
		expect([...entries].sort(([, a], [, b]) => a - b)).toEqual([
			['query', 0, 1.5],
			['query', 0.5, 2.5],
			['shop/db:traceRow', 0.6, instant],
			['handle', 1, 1],
			['parse', 1.1, 0.25],
			['shop/db:traceRow', 1.15, instant],
			['--- 5 events lost: queue ---', 3.1, instant],
			['query', 3.5, expect.any(Number)],
		])
	})

	it('shows asynchronous slices in its timings, and the whole range', async () => {
		const { range, tracks, entries } = await shown({ lanes: 'async' })
		expect({ range, tracks }).toEqual({ range: 3.5, tracks: ['Timings'] })
		expect(entries).toEqual([
			['query', 0, 1.5],
			['query', 0.5, 2.5],
		])
	})
})
