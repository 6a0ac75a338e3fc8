// record --open: the page over a recording that grows, in a browser.
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../packages/trace/test/chromium.js'
import { exact, Pages, until } from '../../packages/view/test/browser.js'
import { start } from './cli.js'

const program = fileURLToPath(new URL('../../packages/view/test/fixtures/steady.mjs', import.meta.url))

describe.skipIf(chromiumPath === null)('record --open', () => {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-open-'))
	const pages = new Pages()
	afterAll(async () => {
		await pages.close()
		rmSync(dir, { recursive: true, force: true })
	})

	it('shows what is recorded while the program runs, keeps what the user looks at, and has the whole trace at the end', async () => {
		// Instead of a browser: what it would open is opened below.
		for (const name of ['xdg-open', 'open']) {
			writeFileSync(join(dir, name), '#!/bin/sh\n')
			chmodSync(join(dir, name), 0o755)
		}
		const stop = join(dir, 'stop')
		const trace = join(dir, 'out.perfetto-trace')
		const env = { PATH: `${dir}:${process.env['PATH'] ?? ''}` }
		const child = start(['record', '--open', '-o', trace, '--', process.execPath, program, stop], dir, { env })
		const ended = once(child, 'close')
		let said = ''
		try {
			const url = await new Promise<string>((resolve, reject) => {
				child.stderr!.setEncoding('utf8').on('data', (text: string) => {
					said += text
					const found = /the page of the recording: (http:\S+)\n/.exec(said)?.[1]
					if (found !== undefined) resolve(found)
				})
				child.on('close', () => reject(new Error(said)))
			})
			const page = await pages.open(url)
			const state = 'tsgotraceView.state'
			await until(page, `${state}.header.intervals > 20`)
			await exact(page)
			// What is open is there, and a part of it is looked at.
			expect(await page.evaluate(`${state}.header.names.includes('steady:traceProgram')`)).toBe(true)
			const whole = await page.evaluate<{ to: number }>(`${state}.view.value`)
			await page.keyboard.press('ArrowRight')
			await page.keyboard.press('ArrowRight')
			await until(page, `${state}.slice.value !== null && ${state}.detail.value !== null`)
			await page.keyboard.press('w')
			await page.keyboard.press('w')
			await page.locator('#search').fill('request')
			await page.evaluate(
				`(globalThis.before = { intervals: ${state}.header.intervals, view: ${state}.view.value, slice: ${state}.slice.value })`,
			)
			await until(page, `${state}.header.intervals > before.intervals + 20 && ${state}.slice.value !== null`)
			const kept = await page.evaluate<{ view: boolean; slice: boolean; search: string; focus: string }>(`({
				view: Math.abs(${state}.view.value.from - before.view.from) < 2 && Math.abs(${state}.view.value.to - before.view.to) < 2,
				slice: Math.abs(${state}.slice.value.start - before.slice.start) < 2,
				search: document.querySelector('#search').value,
				focus: document.activeElement.id,
			})`)
			expect(kept).toEqual({ view: true, slice: true, search: 'request', focus: 'search' })
			// Who looks at all of it sees what is new.
			await page.keyboard.press('Escape')
			await page.keyboard.press('f')
			await until(page, `${state}.view.value.to > ${whole.to}`)

			writeFileSync(stop, '')
			await until(page, "document.querySelector('.notice')?.textContent.startsWith('The recording has ended')")
			expect((await ended)[0]).toBe(0)
			await exact(page)
			const size = await page.evaluate<number>(`${state}.source.bytes().then(bytes => bytes.byteLength)`)
			expect(size).toBe(statSync(trace).size)
			expect(said).toContain(`events in`)
			expect(pages.errors.map(String)).toEqual([])
			await page.close()
		} catch (error) {
			throw new Error(String(error))
		} finally {
			writeFileSync(stop, '')
			child.kill()
		}
	})
})
