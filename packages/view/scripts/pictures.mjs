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

async function picture(name, html, { width = 1280, height = 720, colorScheme = 'light' }, act = async () => {}) {
	const page = await browser.newPage({ viewport: { width, height }, colorScheme })
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
	if (Number(process.versions.node.split('.')[0]) >= 24) {
		const trace = join(dir, 'server.perfetto-trace')
		const html = join(dir, 'server.html')
		const record = ['record', '--exec=all', '--quiet', '-o', trace, '--', process.execPath]
		execFileSync(
			process.execPath,
			[join(root, 'cmd/bin/tsgotrace.js'), ...record, join(root, 'packages/view/test/fixtures/poolserver.mjs')],
			{
				cwd: root,
			},
		)
		execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), 'view', trace, '-o', html])
		await picture('view-tasks', html, {}, async page => page.locator('#tab-groups').click())
	} else process.stderr.write('view-tasks was not made: it needs Node 24 or newer\n')
	await picture('view-narrow', html, { width: 390, height: 844 })
} finally {
	await browser.close()
	rmSync(dir, { recursive: true, force: true })
}
