// Files that are opened in the page, saved from it and handed over, in a browser.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { emptyPage } from '../src/index.js'
import { describeInChromium, exact, type Page, until, violations } from './browser.js'

describeInChromium('files in the page', (pages, folder) => {
	let shop: string
	let empty: string
	let embedded: string
	beforeAll(async () => {
		shop = await folder.shop(60)
		empty = folder.write('empty', emptyPage())
		embedded = await folder.page(shop, 'embedded', { trace: readFileSync(shop) })
	}, 120_000)
	const file = (name: string, bytes: Uint8Array): string => {
		const path = join(folder.path, name)
		writeFileSync(path, bytes)
		return path
	}
	const header = async (page: Page): Promise<unknown> => page.evaluate('tsgotraceView.state.header')

	it('a page without a trace reads the file that is chosen, and shows what the tool would have put into it', async () => {
		const page = await pages.open(empty)
		expect(await violations(page)).toEqual([])
		await page.locator('input[type=file]').setInputFiles(shop)
		await exact(page)
		const other = await pages.open(await folder.page(shop, 'shop.perfetto-trace'))
		expect(await header(page)).toEqual(await header(other))
		const sums = 'tsgotraceView.client.sums(-Infinity, Infinity, null)'
		expect(await page.evaluate(sums)).toEqual(await other.evaluate(sums))
		const detail = 'tsgotraceView.client.detail(17)'
		expect(await page.evaluate(detail)).toEqual(await other.evaluate(detail))
		expect(pages.errors).toEqual([])
		await page.close()
		await other.close()
	})

	it('reads a file that is dropped onto a page with a trace, and goes on as with the first', async () => {
		const page = await pages.open(embedded)
		await page.evaluate(`(async () => {
			const bytes = await (await new Blob([Uint8Array.from(${JSON.stringify([...gzipSync(readFileSync(await folder.lock(8)))])})]).arrayBuffer())
			const data = new DataTransfer()
			data.items.add(new File([bytes], 'lock.perfetto-trace.gz'))
			document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
		})()`)
		await until(page, "document.querySelector('h1')?.textContent === 'lock.perfetto-trace.gz'")
		await exact(page)
		await page.keyboard.press('ArrowRight')
		await until(page, "document.querySelector('#panel dl') !== null")
		await page.locator('.card:has-text("Slowest")').click()
		await until(page, 'tsgotraceView.state.path.value.length > 1')
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('says what a file is that cannot be shown, and keeps the trace that was open', async () => {
		const page = await pages.open(empty)
		const said = async (path: string): Promise<string | null> => {
			await page.locator('input[type=file]').setInputFiles(path)
			await until(
				page,
				`document.querySelector('.problem')?.textContent.startsWith(${JSON.stringify(`${basename(path)} `)})`,
			)
			return page.locator('.problem').textContent()
		}
		expect(await said(file('none.perfetto-trace', new Uint8Array()))).toMatch(
			/none\.perfetto-trace cannot be shown\. The file is empty/,
		)
		expect(await said(file('hello.txt', Buffer.from('Hello, World!')))).toMatch(/hello\.txt cannot be shown\. /)
		expect(await said(file('bad.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])))).toMatch(
			/nothing of it can be unpacked/,
		)
		await page.close()
		const open = await pages.open(embedded)
		await open.locator('.menu summary').click()
		await open.locator('input[type=file]').setInputFiles(file('hello.txt', Buffer.from('Hello, World!')))
		await until(open, "document.querySelector('.notice')?.textContent.includes('hello.txt cannot be shown')")
		expect(await open.locator('h1').textContent()).toBe('embedded')
		await open.keyboard.press('ArrowRight')
		await until(open, "document.querySelector('#panel dl') !== null")
		await open.close()
	})

	it('of a file that is cut, compressed or not, shows what came before', async () => {
		const bytes = readFileSync(shop)
		for (const path of [
			file('cut.perfetto-trace', bytes.subarray(0, -10)),
			file('cut.gz', gzipSync(bytes).subarray(0, -200)),
		]) {
			const page = await pages.open(empty)
			await page.locator('input[type=file]').setInputFiles(path)
			await exact(page)
			expect(await page.locator('.card').last().textContent()).toContain('damaged')
			await page.close()
		}
	})

	it.each(['light', 'dark'])('fits onto a telephone, also before there is a trace: %s', async colorScheme => {
		const options = { width: 390, height: 844, colorScheme }
		const inView = (selector: string): string => `(() => {
			const { left, right } = document.querySelector('${selector}').getBoundingClientRect()
			return left > 0 && right < innerWidth
		})()`
		const page = await pages.open(embedded, '', options)
		await page.locator('.menu summary').click()
		expect(await page.evaluate(inView('.menu > div'))).toBe(true)
		expect(await violations(page)).toEqual([])
		await page.close()
		const none = await pages.open(empty, '', options)
		expect(await none.evaluate(inView('.welcome'))).toBe(true)
		expect(await none.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
			colorScheme === 'dark' ? 'rgb(15, 19, 24)' : 'rgb(255, 255, 255)',
		)
		expect(await violations(none)).toEqual([])
		await none.close()
	})

	it('hands the file to Perfetto when that is clicked, and asks for nothing before', async () => {
		const page = await pages.open(embedded)
		let asked = 0
		await page.context().route('https://ui.perfetto.dev/**', async route => {
			asked++
			await route.fulfill({
				contentType: 'text/html',
				body: `<script>onmessage = ({ data, source, origin }) => {
					if (data === 'PING') source.postMessage('PONG', '*')
					else globalThis.got = { length: data.perfetto.buffer.byteLength, title: data.perfetto.title }
				}</script>`,
			})
		})
		await page.locator('.menu summary').click()
		expect(await violations(page)).toEqual([])
		expect(await page.locator('.menu').textContent()).toContain('https://ui.perfetto.dev')
		expect(asked).toBe(0)
		await page.locator('.menu button:has-text("Perfetto")').click()
		await until(page, "document.querySelector('.notice')?.textContent.startsWith('Perfetto has the file')")
		const other = page
			.context()
			.pages()
			.find(one => one.url().startsWith('https://ui.perfetto.dev'))!
		await until(other, 'globalThis.got')
		expect(await other.evaluate('got')).toEqual({
			length: gzipSync(readFileSync(shop), { level: 6 }).length,
			title: 'embedded',
		})
		await other.close()
		await page.close()
	})

	it('a page that has the picture alone says how to get the file into it', async () => {
		const page = await pages.open(await folder.page(shop, 'picture'))
		await page.locator('.menu summary').click()
		expect(await page.locator('.menu').textContent()).toContain('--with-trace')
		expect(await page.locator('.menu button').count()).toBe(0)
		await page.close()
	})
})
