// Makes the pictures of docs/view.md: `node packages/view/scripts/pictures.mjs`, after a build, on a machine with
// Chromium. States of tasks need Node 24 or newer.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { dir, picture, pictures, record, root } from './pages.mjs'

await pictures(async () => {
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
			for (const key of 'qqq') await page.keyboard.press(key)
			await page.evaluate('void (tsgotraceView.state.scroll.value = 0)')
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
		execFileSync(process.execPath, [
			join(root, 'node_modules/typescript/bin/tsc'),
			'-b',
			join(root, 'examples/stories'),
		])
		for (const [name, finding, ...args] of [
			['worker-pool', 'hold a worker', '2'],
			['queue', 'hold price'],
			['mutex', 'hold the cache lock'],
			['leak', 'notify: 60 of 60'],
		]) {
			const story = record(name, 'states', join(root, 'examples/stories/dist', `${name}.js`), ...args)
			await picture(`view-${name}`, story, {}, async page => {
				await page.locator(`#panel li:has-text("${finding}") a`).first().click()
				await page.locator('#panel h2').first().waitFor()
			})
		}
	}
})
