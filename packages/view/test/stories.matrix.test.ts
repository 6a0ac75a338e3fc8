// Faults of programs, found on the page from the first screen in at most three clicks, down to the line of code.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { nodeOf } from '../../../test/e2e/nodes.js'
import { describeInChromium, type Page, until } from './browser.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const maxClicks = 3

interface Story {
	readonly name: string
	readonly args: readonly string[]
	/** What the first screen says. */
	readonly says: RegExp
	/** What is clicked, one after the other. */
	readonly clicks: readonly string[]
	/** What the last click shows: the task or region that is at fault, and a line of the program or what it started. */
	readonly shows: readonly RegExp[]
}

const stories: readonly Story[] = [
	{
		name: 'worker-pool',
		args: ['2'],
		says: /waited .* for region hold a worker, which 2 hold at a time/,
		clicks: ['#panel li:has-text("hold a worker") a'],
		shows: [/^wait for a worker/, /dist\/(worker-pool|semaphore)\.js:\d+/],
	},
	{
		name: 'queue',
		args: [],
		says: /region wait for price.* for region hold price, which one holds at a time/,
		clicks: ['#panel li:has-text("hold price") a'],
		shows: [/^wait for price/, /dist\/(queue|semaphore)\.js:\d+/],
	},
	{
		name: 'mutex',
		args: [],
		says: /hold the cache lock, which one holds at a time|GET \/basket.*semaphore\.js:\d+/,
		clicks: ['#panel li:has-text("hold the cache lock") a, #panel li:has-text("semaphore.js") a'],
		shows: [/^(wait for the cache lock|GET \/basket)/, /dist\/(mutex|semaphore)\.js:\d+/],
	},
	{
		name: 'leak',
		args: [],
		says: /task notify: 60 of 60 have not ended/,
		clicks: ['#panel li:has-text("notify: 60 of 60") a', '.chain:has-text("Started by") a'],
		// Its place is only known if one of its waits was sampled.
		shows: [/^GET \/report/, /It started\s*notify/],
	},
]

describeInChromium('stories', (pages, folder) => {
	beforeAll(async () => {
		const tsc = join(root, 'node_modules/typescript/bin/tsc')
		await promisify(execFile)(process.execPath, [tsc, '-b', join(root, 'examples/stories')])
	}, 240_000)
	const panel = async (page: Page): Promise<string> =>
		page.evaluate<string>("document.querySelector('#panel').textContent")

	const record = async ({ name, args }: Story): Promise<void> => {
		const node = await nodeOf('24')
		const trace = join(folder.path, `${name}.perfetto-trace`)
		const program = join(root, 'examples/stories/dist', `${name}.js`)
		const command = [join(root, 'cmd/bin/tsgotrace.js'), 'record', '--exec=all', '--quiet', '-o', trace]
		await promisify(execFile)(node, [...command, '--', node, program, ...args])
		await folder.page(trace, name)
	}

	// Where a task waits is sampled. On a busy machine the slice that is shown may be one without: then it is recorded
	// once more.
	it.each(stories)('$name', { retry: 2 }, async story => {
		const { name, says, clicks, shows } = story
		await record(story)
		const page = await pages.open(join(folder.path, `${name}.html`))
		expect(clicks.length).toBeLessThanOrEqual(maxClicks)
		expect(
			await page.evaluate<string>(
				"document.querySelector('.verdict').textContent + document.querySelector('#panel').textContent",
			),
		).toMatch(says)
		for (const click of clicks) {
			const before = await page.evaluate<number>('tsgotraceView.state.slice.value?.interval ?? -1')
			await page.locator(click).first().click()
			await until(
				page,
				`![null, ${before}].includes(tsgotraceView.state.slice.value?.interval ?? null) && tsgotraceView.state.detail.value !== null`,
			)
		}
		const text = await panel(page)
		const [title, line] = shows as [RegExp, RegExp]
		expect(await page.locator('#panel h2').first().textContent()).toMatch(title)
		expect(text).toMatch(line)
		expect(pages.errors).toEqual([])
		await page.close()
	})
})
