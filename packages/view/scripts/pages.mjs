// Pages of recordings, and pictures of them, on a machine with Chromium.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-pictures-'))
const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: [
		'--no-sandbox',
		'--disable-gpu',
		'--font-render-hinting=none',
		'--force-color-profile=srgb',
		'--hide-scrollbars',
	],
})

/** Writes `docs/pictures/NAME.png`, after `act`. */
export async function picture(
	name,
	html,
	{ width = 1280, height = 720, colorScheme = 'light', media = 'screen' },
	act = async () => {},
) {
	const page = await browser.newPage({ viewport: { width, height }, colorScheme })
	await page.emulateMedia({ media })
	await page.goto(`file://${html}`)
	const exact = async () => {
		while (
			!(await page.evaluate('globalThis.tsgotraceView?.timeline.isExact === true && !tsgotraceView.client.isDrawing'))
		)
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
export function record(name, level, program, ...args) {
	const trace = join(dir, `${name}.perfetto-trace`)
	const html = join(dir, `${name}.html`)
	const run = ['record', `--exec=${level}`, '--quiet', '-o', trace, '--', process.execPath, program, ...args]
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), ...run], {
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
	})
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), 'view', trace, '-o', html])
	return html
}

/** Run `make`, and leave nothing behind. */
export async function pictures(make) {
	try {
		await make()
	} finally {
		await browser.close()
		rmSync(dir, { recursive: true, force: true })
	}
}
