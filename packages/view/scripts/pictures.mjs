// Makes the pictures of docs/view.md: `node packages/view/scripts/pictures.mjs`, after a build, on a machine with Chromium. States of tasks need Node 24 or newer.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-pictures-'))
const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--force-color-profile=srgb', '--hide-scrollbars'],
})

async function picture(name, html, { width = 1280, height = 720, colorScheme = 'light', media = 'screen' }, act = async () => {}) {
	const page = await browser.newPage({ viewport: { width, height }, colorScheme })
	await page.emulateMedia({ media })
	await page.goto(`file://${html}`)
	const exact = async () => {
		while (!(await page.evaluate('globalThis.tsgotraceView?.timeline.isExact === true && !tsgotraceView.client.isDrawing')))
			await new Promise(resolve => setTimeout(resolve, 20))
	}
	await exact()
	await act(page)
	await exact()
	// The worker's answers come after the picture.
	await page.waitForTimeout(300)
	await page.screenshot({ path: join(root, 'docs/pictures', `${name}.png`) })
	await page.close()
}

/** Record the execution of a program. @returns the path of its page */
function record(name, level, program, ...args) {
	const trace = join(dir, `${name}.perfetto-trace`)
	const html = join(dir, `${name}.html`)
	const run = ['record', `--exec=${level}`, '--quiet', '-o', trace, '--', process.execPath, program, ...args]
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), ...run], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), 'view', trace, '-o', html])
	return html
}

try {
	const trace = join(dir, 'shop.perfetto-trace')
	const html = join(dir, 'shop.html')
	execFileSync(process.execPath, [join(root, 'packages/view/test/shop.mjs'), trace, '120'])
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), 'view', trace, '-o', html])
	await picture('view', html, {})
	await picture('view-slice', html, { colorScheme: 'dark' }, async page => {
		await page.locator('#search').fill('traceQuery')
		await page.locator('#tab-groups').click()
		await page.locator('#panel .link').first().click()
		await page.locator('.slowest a').first().click()
		await page.keyboard.press('Enter')
		for (const key of 'ssss') await page.keyboard.press(key)
	})
	await picture('view-selection', html, {}, async page => {
		await page.keyboard.press('w')
		await page.keyboard.press('w')
		await page.keyboard.press('Shift+ArrowRight')
		await page.keyboard.press('Shift+ArrowRight')
	})
	await picture('view-narrow', html, { width: 390, height: 844 })
	await picture('view-print', html, { width: 900, height: 1100, media: 'print' })
	if (Number(process.versions.node.split('.')[0]) < 24) {
		process.stderr.write('the pictures of tasks were not made: states need Node 24 or newer\n')
	} else {
		const server = record('server', 'states', join(root, 'packages/view/test/fixtures/poolserver.mjs'))
		await picture('view-tasks', server, {}, async page => page.locator('#tab-groups').click())
		await picture('view-path', server, { height: 900 }, async page => {
			const slowest = await page.evaluate(
				"tsgotraceView.client.slowest(tsgotraceView.state.header.names.indexOf('GET /login')).then(([{ interval }]) => interval)",
			)
			await page.evaluate(`void (location.hash = 'slice=${slowest}')`)
			await page.waitForTimeout(500)
			for (const key of 'qq') await page.keyboard.press(key)
		})
		const sampled = record('sampled', 'all', join(root, 'packages/view/test/fixtures/poolserver.mjs'))
		await picture('view-flame', sampled, { colorScheme: 'dark' }, async page => {
			await page.locator('#tab-flame').click()
			await page.locator('select').first().selectOption('cpu by task')
			await page.locator('.widen').click()
		})
		await picture('view-waits', server, {}, async page => {
			await page.locator('#tab-flame').click()
			await page.locator('select').first().selectOption('states')
		})
		execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', join(root, 'examples/stories')])
		for (const [name, finding, ...args] of [
			['worker-pool', 'hold a worker', '2'],
			['queue', 'hold price'],
			['mutex', ''],
			['leak', 'notify: 60 of 60'],
		]) {
			const story = record(name, 'states', join(root, 'examples/stories/dist', `${name}.js`), ...args)
			await picture(`view-${name}`, story, {}, async page => {
				await page.locator(`#panel li:has-text("${finding}") a`).first().click()
				await page.locator('#panel h2').first().waitFor()
			})
		}
	}
} finally {
	await browser.close()
	rmSync(dir, { recursive: true, force: true })
}
