// Chromium, where the machine has it.
import { existsSync } from 'node:fs'

/** Of Playwright's page, what the tests use. */
interface Page {
	goto(url: string): Promise<unknown>
	evaluate(script: string): Promise<unknown>
	locator(selector: string): { first(): { setInputFiles(path: string): Promise<void> } }
	close(): Promise<void>
}

export interface Browser {
	newPage(): Promise<Page>
	close(): Promise<void>
}

/** By a name that the compiler does not follow: its types want those of a browser. */
const playwright: string = 'playwright-core'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Null where there is none. */
export const chromiumPath: string | null = paths.find(path => existsSync(path)) ?? null

export async function launch(): Promise<Browser> {
	const { chromium } = (await import(playwright)) as { chromium: { launch(options: object): Promise<Browser> } }
	const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
	return chromium.launch({ executablePath: chromiumPath, args, timeout: 120_000 })
}
