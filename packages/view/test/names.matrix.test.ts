// Names are whole, whatever the height of the rows, the size of the page and what is scrolled: never half letters.
import { beforeAll, expect, it } from 'vitest'
import { describeInChromium, exact, type Page, until } from './browser.js'

/** Names of rows that are shown: where their letters are, in which box, and how high these letters are. */
const shown = `(() => {
	const names = document.querySelector('.names').getBoundingClientRect()
	return [...document.querySelectorAll('.name > span:not(.unseen)')].map(span => {
		const box = span.parentElement.getBoundingClientRect()
		const range = document.createRange()
		range.selectNodeContents(span)
		const letters = range.getBoundingClientRect()
		// Half of what a line has more than its letters is above them.
		const size = parseFloat(getComputedStyle(span).fontSize)
		const middle = (letters.top + letters.bottom) / 2
		return { text: span.textContent, from: middle - size / 2, to: middle + size / 2, top: Math.max(box.top, names.top), bottom: Math.min(box.bottom, names.bottom), size }
	}).sort((a, b) => a.from - b.from)
})()`

interface Name {
	readonly text: string
	/** Of its letters. */
	readonly from: number
	readonly to: number
	/** Of what is not cut. */
	readonly top: number
	readonly bottom: number
	readonly size: number
}

/** What is wrong with the names. */
async function cut(page: Page): Promise<string[]> {
	const names = await page.evaluate<Name[]>(shown)
	expect(names.length).toBeGreaterThan(0)
	return names.flatMap(({ text, from, to, top, bottom, size }, i) => [
		...(from < top - 0.5 || to > bottom + 0.5 ? [`${text} is cut: ${from} to ${to} in ${top} to ${bottom}`] : []),
		...(i > 0 && from < names[i - 1]!.to - 0.5 ? [`${text} is over ${names[i - 1]!.text}`] : []),
		...(size < 9 ? [`${text} has letters of ${size} pixels`] : []),
	])
}

describeInChromium('names of rows', (pages, folder) => {
	let path: string
	beforeAll(async () => {
		path = await folder.page(await folder.shop(40), 'shop')
	}, 120_000)

	it.each([
		{ width: 1280, height: 800 },
		{ width: 1280, height: 480 },
		{ width: 390, height: 844 },
	])('are whole at each height of rows, wherever they are scrolled: $width x $height', async options => {
		const page = await pages.open(path, '', options)
		await page.locator('canvas.timeline').focus()
		for (const key of ['', ...Array.from({ length: 8 }, () => 'q'), ...Array.from({ length: 14 }, () => 'e')]) {
			if (key !== '') await page.keyboard.press(key)
			await exact(page)
			expect(await cut(page)).toEqual([])
		}
		// Rows are high: they are scrolled.
		for (let by = 0; by < 40; by += 7) {
			await page.evaluate(`void (tsgotraceView.state.scroll.value = ${by})`)
			await until(page, `tsgotraceView.state.scroll.value === ${by} && tsgotraceView.timeline.isExact`)
			expect(await cut(page)).toEqual([])
		}
		expect(pages.errors).toEqual([])
		await page.close()
	})
})
