// The page in Chromium, as the tests use it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, describe } from 'vitest'
import { chromiumPath, launch } from '../../trace/test/chromium.js'
import { Folder } from './recording.js'

/** Of Playwright's pages, what is used here. */
export interface Locator {
	setInputFiles(paths: string | readonly string[]): Promise<void>
	selectOption(value: string): Promise<unknown>
	getAttribute(name: string): Promise<string | null>
	isVisible(): Promise<boolean>
	click(options?: object): Promise<void>
	first(): Locator
	last(): Locator
	textContent(): Promise<string | null>
	count(): Promise<number>
	fill(text: string): Promise<void>
	focus(): Promise<void>
	allTextContents(): Promise<string[]>
}
export interface Page {
	context(): {
		route(url: string, fulfil: (route: { fulfill(answer: object): Promise<void> }) => Promise<void>): Promise<void>
		pages(): Page[]
		newCDPSession(page: Page): Promise<{ send(method: string, params: object): Promise<unknown> }>
	}
	url(): string
	addInitScript(script: { readonly content: string }): Promise<void>
	goto(url: string): Promise<unknown>
	evaluate<T>(script: string): Promise<T>
	locator(selector: string): Locator
	on(event: 'request', listener: (request: { url(): string }) => void): void
	on(event: 'pageerror', listener: (error: Error) => void): void
	keyboard: { press(key: string): Promise<void>; down(key: string): Promise<void>; up(key: string): Promise<void> }
	mouse: {
		move(x: number, y: number): Promise<void>
		down(): Promise<void>
		up(): Promise<void>
		wheel(x: number, y: number): Promise<void>
	}
	close(): Promise<void>
}
export interface Browser {
	newPage(options: object): Promise<Page>
	close(): Promise<void>
}
/** How long to wait at most, in milliseconds: a test that waits for what never comes says for what. */
const patience = 90_000

/** Wait until a script is true. The page's own policy forbids Playwright's way of that. */
export async function until(page: Page, script: string): Promise<void> {
	const end = Date.now() + patience
	while (!(await page.evaluate<boolean>(`Boolean(${script})`))) {
		if (Date.now() > end) throw new Error(`never came true: ${script}`)
		await new Promise(resolve => setTimeout(resolve, 20))
	}
}

/** Pages of one browser. */
export class Pages {
	/** What the page opened last has asked for, and its errors. */
	requests: string[] = []
	errors: Error[] = []
	/** Launched for the first page: where tests are skipped there may be none. */
	#browser: Promise<Browser> | undefined

	/**
	 * Open a page, and wait until its picture is complete; of a page without a trace, until it is there.
	 *
	 * @param options `script` runs before those of the page
	 */
	async open(
		file: string,
		hash = '',
		{ width = 1280, height = 800, colorScheme = 'light', script = '' } = {},
	): Promise<Page> {
		const browser = (this.#browser ??= launch() as unknown as Promise<Browser>)
		const page = await (await browser).newPage({ viewport: { width, height }, colorScheme })
		this.requests = []
		this.errors = []
		page.on('request', request => this.requests.push(request.url()))
		page.on('pageerror', error => this.errors.push(error))
		if (script !== '') await page.addInitScript({ content: script })
		await page.goto(file.startsWith('http') ? file : `file://${file}${hash}`)
		await until(page, "globalThis.tsgotraceView?.timeline.isExact || document.querySelector('.welcome input') !== null")
		return page
	}

	async close(): Promise<void> {
		await (await this.#browser)?.close()
	}
}

/**
 * Tests in Chromium, of pages in a folder; skipped where there is no Chromium. Both are closed and removed behind them.
 */
export function describeInChromium(name: string, tests: (pages: Pages, folder: Folder) => void): void {
	describe.skipIf(chromiumPath === null)(name, () => {
		const [pages, folder] = [new Pages(), new Folder()]
		afterAll(async () => {
			await pages.close()
			folder.remove()
		})
		tests(pages, folder)
	})
}

/** Wait until the picture is complete. */
export async function exact(page: Page): Promise<void> {
	await until(page, 'globalThis.tsgotraceView?.timeline.isExact && !tsgotraceView.client.isDrawing')
}

/** What axe has against the page. */
export async function violations(page: Page): Promise<unknown> {
	const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
	await page.evaluate(`${axe};0`)
	return page.evaluate(
		'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(node => node.html)]))',
	)
}
