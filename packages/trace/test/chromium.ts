// Chromium, where the machine has it.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Null where there is none. */
export const chromiumPath: string | null = paths.find(path => existsSync(path)) ?? null

export async function launch(): Promise<Browser> {
	const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
	return chromium.launch({ executablePath: chromiumPath!, args, timeout: 120_000 })
}
