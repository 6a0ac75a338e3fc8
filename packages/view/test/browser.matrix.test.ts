// The page in a browser, by clicking.

import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { describeInChromium, type Page, until, violations } from './browser.js'

interface View {
	readonly from: number
	readonly to: number
}

describeInChromium('the page in Chromium', (pages, folder) => {
	let path: string
	beforeAll(async () => {
		path = await folder.page(await folder.shop(200), 'shop')
	}, 120_000)

	const open = async (hash = '', options = {}, file = path): Promise<Page> => pages.open(file, hash, options)
	const view = async (page: Page): Promise<View> => page.evaluate<View>('tsgotraceView.state.view.value')
	/** Where a row is, in pixels of the window. */
	const placeOf = async (
		page: Page,
		label: string,
	): Promise<{ readonly x: number; readonly y: number; readonly width: number }> =>
		page.evaluate(`(() => {
			const { state, timeline } = tsgotraceView
			const row = state.header.rows.findIndex(row => row.label === ${JSON.stringify(label)})
			const laid = timeline.rows.value.rows[row]
			const box = document.querySelector('canvas.timeline').getBoundingClientRect()
			return { x: box.x, y: box.y + 22 + laid.top - state.scroll.value + Math.min(8, laid.height / 2), width: box.width }
		})()`)

	it('asks for nothing beyond itself, and fails nowhere', async () => {
		const page = await open()
		expect(
			pages.requests.filter(url => !url.startsWith('file:') && !url.startsWith('blob:') && !url.startsWith('data:')),
		).toEqual([])
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it.each([
		{ width: 1280, colorScheme: 'light' },
		{ width: 1280, colorScheme: 'dark' },
		{ width: 390, colorScheme: 'light' },
		{ width: 390, colorScheme: 'dark' },
	])('is accessible as far as axe can see: $width, $colorScheme', async options => {
		const page = await open('', options)
		const found = async (): Promise<unknown> => violations(page)
		expect(await found()).toEqual([])
		await page.keyboard.press('ArrowRight')
		await until(page, "document.querySelector('#panel dl') !== null")
		expect(await found()).toEqual([])
		await page.keyboard.press('m')
		await until(page, "document.querySelector('#panel caption')?.textContent.startsWith('All that')")
		expect(await found()).toEqual([])
		await page.keyboard.press('?')
		expect(await found()).toEqual([])
		await page.close()
	})

	it('zooms by wheel at the pointer, moves by keys and by dragging, and shows all again', async () => {
		const page = await open()
		const whole = await view(page)
		const { x, y, width } = await placeOf(page, 'shop:traceRequest')
		const at = whole.from + (whole.to - whole.from) / 4
		await page.mouse.move(x + width / 4, y)
		await page.mouse.wheel(0, -400)
		await until(page, `tsgotraceView.state.view.value.to < ${whole.to}`)
		const near = await view(page)
		expect((at - near.from) / (near.to - near.from)).toBeCloseTo(0.25, 2)
		await page.keyboard.press('d')
		const moved = await view(page)
		expect(moved.from).toBeGreaterThan(near.from)
		expect(moved.to - moved.from).toBeCloseTo(near.to - near.from, 0)
		await page.mouse.down()
		await page.mouse.move(x + width / 2, y)
		await page.mouse.up()
		expect((await view(page)).from).toBeLessThan(moved.from)
		await page.keyboard.press('w')
		await page.keyboard.press('f')
		expect(await view(page)).toEqual(whole)
		await page.close()
	})

	it('zooms by two fingers, around what is between them', async () => {
		const page = await open()
		const whole = await view(page)
		const { x, y, width } = await placeOf(page, 'shop:traceRequest')
		const touches = await page.context().newCDPSession(page)
		const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: number[]): Promise<unknown> =>
			touches.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(at => ({ x: x + width * at, y })) })
		await touch('touchStart', 0.4, 0.6)
		await touch('touchMove', 0.3, 0.7)
		await touch('touchMove', 0.2, 0.8)
		await touch('touchEnd')
		await until(page, `tsgotraceView.state.view.value.to < ${whole.to}`)
		const near = await view(page)
		expect((whole.to - whole.from) / (near.to - near.from)).toBeCloseTo(3, 0)
		const middle = ({ from, to }: typeof whole): number => (from + to) / 2
		expect(Math.abs(middle(near) - middle(whole))).toBeLessThan((whole.to - whole.from) / 10)
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('shows a slice that is clicked, with its arguments, and the address leads there again', async () => {
		const page = await open()
		const { x, y, width } = await placeOf(page, 'shop/db:traceQuery')
		await page.mouse.move(x + width / 2, y)
		await page.mouse.down()
		await page.mouse.up()
		await until(
			page,
			"document.querySelector('#panel h2')?.textContent === 'shop/db:traceQuery' && document.querySelector('#panel td.value') !== null",
		)
		const facts = await page.locator('#panel td.value').allTextContents()
		expect(facts[1]).toMatch(/^select \* from /)
		await until(page, "location.hash.includes('slice=')")
		const hash = await page.evaluate<string>('location.hash')
		await page.close()
		const again = await open(hash)
		await until(again, "document.querySelector('#panel td.value') !== null")
		expect(await again.locator('#panel td.value').allTextContents()).toEqual(facts)
		await again.close()
	})

	it('goes from slice to slice by keys alone', async () => {
		const page = await open()
		const starts: number[] = []
		for (let i = 0; i < 10; i++) {
			await page.keyboard.press('ArrowRight')
			await until(
				page,
				`(tsgotraceView.state.slice.value?.interval ?? -1) !== ${starts.length === 0 ? -1 : 'globalThis.last'}`,
			)
			starts.push(
				await page.evaluate<number>(
					'(globalThis.last = tsgotraceView.state.slice.value.interval, tsgotraceView.state.slice.value.start)',
				),
			)
		}
		expect(starts).toEqual(starts.toSorted((a, b) => a - b))
		await page.keyboard.press('ArrowLeft')
		await until(page, `tsgotraceView.state.slice.value.start === ${starts[8]}`)
		await page.keyboard.press('Enter')
		const { from, to } = await view(page)
		expect(from).toBeLessThan(starts[8]!)
		expect(to).toBeGreaterThan(starts[8]!)
		await page.keyboard.press('Escape')
		expect(await page.evaluate('tsgotraceView.state.slice.value')).toBe(null)
		await page.close()
	})

	it('sums up the range that is selected with Shift', async () => {
		const page = await open()
		const { x, y, width } = await placeOf(page, 'shop:traceRequest')
		await page.keyboard.down('Shift')
		await page.mouse.move(x + width * 0.25, y)
		await page.mouse.down()
		await page.mouse.move(x + width * 0.5, y)
		await page.mouse.move(x + width * 0.75, y)
		await page.mouse.up()
		await page.keyboard.up('Shift')
		await until(page, 'tsgotraceView.state.sums.value !== null')
		const inPage = await page.evaluate<{ name: number; count: number; within: number }[]>(
			'tsgotraceView.state.sums.value',
		)
		const names = await page.evaluate<string[]>('tsgotraceView.state.header.names')
		const { from, to } = await page.evaluate<View>('tsgotraceView.state.selected.value')
		expect((to - from) / ((await view(page)).to - (await view(page)).from)).toBeCloseTo(0.5, 1)
		const requests = inPage.find(({ name }) => names[name] === 'shop:traceRequest')!
		// By the columns themselves, one interval after the other.
		const whole = await page.evaluate<{ name: number; within: number }[]>(
			'tsgotraceView.client.sums(-Infinity, Infinity, null)',
		)
		expect(requests.within).toBeGreaterThan(0)
		expect(requests.within).toBeLessThan(whole.find(({ name }) => name === requests.name)!.within)
		expect(await page.locator('#panel tbody').count()).toBe(inPage.length)
		await page.close()
	})

	it('draws as much as there is: pixels of a stack against its sum', async () => {
		const page = await open()
		const { filled, expected } = await page.evaluate<{ filled: number; expected: number }>(`(async () => {
			const { state, timeline, client } = tsgotraceView
			const row = state.header.rows.findIndex(row => row.label === 'shop:traceRequest')
			state.open.value = new Set()
			while (!timeline.isExact || client.isDrawing) await new Promise(resolve => setTimeout(resolve, 5))
			await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
			const laid = timeline.rows.value.rows[row]
			const canvas = document.querySelector('canvas.timeline')
			const { width } = canvas
			const top = 22 + laid.top
			const { data } = canvas.getContext('2d').getImageData(0, top, width - 90, laid.height)
			let filled = 0
			for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 600) filled++
			const { from, to } = state.view.value
			const shown = new Uint8Array(state.header.names.length)
			shown[state.header.names.indexOf('shop:traceRequest')] = 1
			const until = from + (to - from) * (width - 90) / width
			const [sum] = await client.sums(from, until, shown)
			const most = state.header.rows[row].lanes
			return { filled, expected: (sum.within / (until - from)) * (width - 90) * (laid.height - 2) / most }
		})()`)
		expect(filled / expected).toBeGreaterThan(0.95)
		expect(filled / expected).toBeLessThan(1.05)
		await page.close()
	})

	it('opens a group, finds names, and takes from the groups to the slowest slice', async () => {
		const page = await open()
		await page.evaluate('void (tsgotraceView.state.open.value = new Set())')
		await page.locator('button.name').first().click()
		expect(await page.evaluate('tsgotraceView.state.open.value.size')).toBe(1)
		await page.keyboard.press('/')
		await page.locator('#search').fill('acquire')
		await page.locator('#tab-groups').click()
		expect(await page.locator('#panel .link').allTextContents()).toEqual(['shop/pool:traceAcquire'])
		await page.locator('#panel .link').first().click()
		await until(page, "document.querySelector('.slowest a') !== null")
		await page.locator('.slowest a').first().click()
		await until(page, "document.querySelector('#panel h2')?.textContent === 'shop/pool:traceAcquire'")
		const [took, most] = await page.evaluate<[number, number]>(
			"[tsgotraceView.state.slice.value.end - tsgotraceView.state.slice.value.start, tsgotraceView.state.header.report.slices.find(({ name }) => name === 'shop/pool:traceAcquire').wall.max]",
		)
		expect(took).toBe(most)
		await page.close()
	})

	it('filters by arguments: what is typed, and what a slice has', async () => {
		const page = await open()
		await page.locator('#search').fill('route=/cart')
		await until(page, 'tsgotraceView.state.filtered.value !== null')
		// Begins of requests and of what renders them have the route.
		const { found, sums } = await page.evaluate<{ found: number; sums: number }>(`(async () => {
			const { state, client } = tsgotraceView
			const of = names => client.sums(-Infinity, Infinity, Uint8Array.from(state.header.names, name => names.includes(name) ? 1 : 0))
			const all = await of(['shop:traceRequest', 'shop:traceRender'])
			return { found: state.filtered.value, sums: all.reduce((n, { count }) => n + count, 0) }
		})()`)
		expect(found).toBeGreaterThan(10)
		expect(sums).toBe(found)
		// From slice to slice, only these.
		for (let i = 0; i < 4; i++) {
			const before = await page.evaluate<number>('tsgotraceView.state.slice.value?.interval ?? -1')
			await page.evaluate('document.activeElement.blur()')
			await page.keyboard.press('ArrowRight')
			await until(
				page,
				`tsgotraceView.state.slice.value !== null && tsgotraceView.state.slice.value.interval !== ${before} && tsgotraceView.state.detail.value !== null`,
			)
		}
		expect(await page.locator('#panel td.value').allTextContents()).toContain('/cart')
		// All with the same number: the request, its wait, its query.
		await page.locator('#search').fill('id=7 acquire')
		await until(page, "document.querySelector('.notice')?.textContent.endsWith('with id=7')")
		expect(await page.evaluate('tsgotraceView.state.filtered.value')).toBeGreaterThanOrEqual(3)
		await page.locator('#search').fill('')
		await until(page, 'tsgotraceView.state.filtered.value === null')
		const hasAll = await page.evaluate<boolean>("document.querySelector('#panel td button') !== null")
		expect(hasAll).toBe(true)
		await page.locator('#panel td button').first().click()
		await until(page, 'tsgotraceView.state.filtered.value > 0')
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('says first what is wrong, and leads to where it is seen', async () => {
		const page = await open()
		expect(await page.locator('.verdict.bad b').textContent()).toMatch(/^Problems: \d+ measured\b/)
		expect(await page.locator('.verdict.bad span').textContent()).toMatch(/^pool: \S+ shop\/pool:traceAcquire: \d/)
		expect(await page.locator('#panel li b').first().textContent()).toBe('measured: pool')
		await page.locator('#panel li a:has-text("shop/pool:traceAcquire")').first().click()
		await until(page, "document.querySelector('#panel h2')?.textContent === 'shop/pool:traceAcquire'")
		expect(await page.evaluate('tsgotraceView.state.search.value')).toBe('shop/pool:traceAcquire')
		await page.locator('.verdict').click()
		expect(await page.locator('#panel ol.findings').count()).toBe(1)
		await page.close()
	})

	it('says what recording has cost, with the numbers of analyze', async () => {
		const page = await open()
		await page.locator('.card').last().click()
		const [cost] = await page.evaluate<readonly { thread: string; share: number; writing: number }[]>(
			'tsgotraceView.state.header.report.cost',
		)
		const table = '#panel table:has(caption:text-is("Cost of recording")) tbody'
		expect(await page.locator(`${table} th`).allTextContents()).toEqual([cost!.thread])
		const [share, , writing] = await page.locator(`${table} td`).allTextContents()
		expect(Math.abs(Number.parseFloat(share!) / 100 - cost!.share)).toBeLessThan(0.0006)
		const unit = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[writing!.split(' ')[1]!]!
		expect((Number.parseFloat(writing!) * unit) / cost!.writing).toBeCloseTo(1, 1)
		expect(await violations(page)).toEqual([])
		await page.close()
	})

	it('of an empty and of a damaged trace says what they are', async () => {
		const bytes = readFileSync(await folder.shop(20))
		const empty = await open('', {}, await folder.page(new Uint8Array(), 'empty'))
		await empty.locator('#tab-groups').click()
		expect(await empty.locator('#panel').textContent()).toContain('There are no slices in this trace')
		await empty.close()
		const damaged = await open('', {}, await folder.page(bytes.subarray(0, bytes.length - 10), 'damaged'))
		await damaged.locator('#tab-health').click()
		expect(await damaged.locator('#panel').textContent()).toMatch(/truncated at byte \d+/)
		expect(pages.errors).toEqual([])
		await damaged.close()
	})
})
