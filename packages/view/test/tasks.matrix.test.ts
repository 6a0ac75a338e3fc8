// Tasks with states in a browser: arrows, critical path, flame graphs, by clicking.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../trace/test/chromium.js'
import { exact, type Page, Pages, until, violations } from './browser.js'
import { Folder } from './recording.js'

describe.skipIf(chromiumPath === null)('tasks on the page', () => {
	const folder = new Folder()
	let pages: Pages
	let path: string
	beforeAll(async () => {
		pages = new Pages()
		path = await folder.page(await folder.lock(12), 'lock')
	}, 120_000)
	afterAll(async () => {
		await pages.close()
		folder.remove()
	})

	/** How many pixels of the timeline have a colour. */
	const pixels = async (page: Page, color: readonly [number, number, number]): Promise<number> =>
		page.evaluate<number>(`(async () => {
			await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
			const canvas = document.querySelector('canvas.timeline')
			const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
			let n = 0
			for (let i = 0; i < data.length; i += 4) if (data[i] === ${color[0]} && data[i + 1] === ${color[1]} && data[i + 2] === ${color[2]}) n++
			return n
		})()`)
	/** Go to the last slice, by a key: it is a state of the task that got the lock last. */
	const last = async (page: Page): Promise<void> => {
		await page.keyboard.press('ArrowLeft')
		await until(page, 'tsgotraceView.state.path.value.length > 1')
		await exact(page)
	}

	it('the slowest task is one click away', async () => {
		const page = await pages.open(path)
		await page.locator('.card:has-text("Slowest")').click()
		await until(page, "document.querySelector('#panel h2')?.textContent === 'GET /basket'")
		const [took, max] = await page.evaluate<[number, number]>(
			'[tsgotraceView.state.slice.value.end - tsgotraceView.state.slice.value.start, tsgotraceView.state.header.report.tasks[0].wall.max]',
		)
		expect(took).toBeCloseTo(max, -1)
		await page.close()
	})

	it('the critical path of a task is drawn, through the tasks that it waited for', async () => {
		const page = await pages.open(path)
		const pathColor = [0xc4, 0x00, 0x7a] as const
		expect(await pixels(page, pathColor)).toBe(0)
		await last(page)
		expect(await pixels(page, pathColor)).toBeGreaterThan(200)
		const { wall, sum, tasks, gaps } = await page.evaluate<{
			wall: number
			sum: number
			tasks: number
			gaps: number
		}>(`(() => {
			const { path, slice } = tsgotraceView.state
			const steps = path.value
			const { task } = steps.find(({ task }) => task.lane === slice.value.lane && task.end >= slice.value.end)
			return {
				wall: task.end - task.start,
				sum: steps.reduce((sum, { from, to }) => sum + to - from, 0),
				tasks: new Set(steps.map(({ task }) => task.interval)).size,
				gaps: steps.filter(({ from }, i) => i > 0 && steps[i - 1].to !== from).length,
			}
		})()`)
		expect(sum).toBeCloseTo(wall, 3)
		expect(gaps).toBe(0)
		expect(tasks).toBeGreaterThan(2)
		expect(await page.locator('#panel h2').allTextContents()).toEqual(
			expect.arrayContaining(['Critical path', 'Its waits were ended by']),
		)
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('each step and each arrow leads on', async () => {
		const page = await pages.open(path)
		await last(page)
		const first = await page.evaluate<number>('tsgotraceView.state.slice.value.interval')
		await page.locator('.chain .steps a:has-text("GET /basket")').last().click()
		await until(
			page,
			`tsgotraceView.state.slice.value?.interval !== ${first} && tsgotraceView.state.arrows.value.length > 0`,
		)
		// It ended the wait of the one that was selected before.
		expect(await page.locator('#panel h2').allTextContents()).toContain('It ended waits of')
		await page.locator('.chain summary').click()
		await page.locator('.chain ol button').first().click()
		await until(page, 'tsgotraceView.state.selected.value !== null')
		const [step, range] = await page.evaluate<[{ from: number; to: number }, { from: number; to: number }]>(
			'[tsgotraceView.state.path.value[0], tsgotraceView.state.selected.value]',
		)
		expect([range.from, range.to]).toEqual([step.from, step.to])
		await page.close()
	})

	it('waits by waker are those of analyze', async () => {
		const page = await pages.open(path)
		const { arrows, report } = await page.evaluate<{
			arrows: number
			report: { by: string; count: number }[]
		}>(`(async () => {
			const { client, state } = tsgotraceView
			const all = await client.arrows(-Infinity, Infinity, null)
			return { arrows: all.filter(({ kind }) => kind === 'wake').length, report: state.header.report.tasks[0].wakers }
		})()`)
		// A task that has ended is counted as such by analyze.
		expect(arrows).toBe(report.reduce((sum, { count }) => sum + count, 0))
		expect(arrows).toBeGreaterThan(8)
		await page.close()
	})

	it('a flame graph of each state, of the range that is shown or selected, with the places of waits', async () => {
		const page = await pages.open(path)
		await page.locator('#tab-flame').click()
		await until(page, "document.querySelectorAll('.flame button').length > 4")
		const all = await page.evaluate<number>(
			"tsgotraceView.client.flame('sync', -Infinity, Infinity, null).then(({ value }) => value)",
		)
		const { waits } = await page.evaluate<{ waits: { sync: number } }>(
			'tsgotraceView.state.header.report.tasks[0].states',
		)
		expect(Math.abs(all / waits.sync - 1)).toBeLessThan(0.001)
		await page.locator('select').first().selectOption('sync')
		await until(page, 'document.querySelector(\'.flame button[aria-label^="src/basket.ts:12:8"]\') !== null')
		await page.locator('.flame button:has-text("GET /basket")').click()
		expect(await page.locator('.trail button').allTextContents()).toEqual(['all', 'GET /basket'])
		await page.locator('.trail button').first().click()
		await page.locator('select').first().selectOption('slices')
		await until(page, 'document.querySelector(\'.flame button[aria-label^="GET /basket"]\') !== null')
		expect(await violations(page)).toEqual([])
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it.each([
		{ width: 1280, colorScheme: 'light' },
		{ width: 1280, colorScheme: 'dark' },
		{ width: 390, colorScheme: 'light' },
		{ width: 390, colorScheme: 'dark' },
	])('axe has nothing against a task, its path and flame graphs: $width, $colorScheme', async options => {
		const page = await pages.open(path, '', options)
		await last(page)
		await page.locator('.chain summary').click()
		expect(await violations(page)).toEqual([])
		await page.locator('#tab-flame').click()
		await until(page, "document.querySelectorAll('.flame button').length > 4")
		expect(await violations(page)).toEqual([])
		await page.close()
	})
})
