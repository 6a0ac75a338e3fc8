// Makes the pictures of Go's pages in docs: `node packages/trace/scripts/pictures.mjs`, after a build, on a machine
// with Chromium and Go 1.26, by Node 24 or newer.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-pictures-'))
const tsgotrace = join(root, 'cmd/bin/tsgotrace.js')
const trace = join(dir, 'server.trace')
const recording = join(dir, 'server.perfetto-trace')
const server = join(root, 'packages/exec/test/servers/files.mjs')
execFileSync(process.execPath, [
	tsgotrace,
	'record',
	'--quiet',
	'--exec=all',
	'-o',
	recording,
	'--',
	process.execPath,
	server,
])
execFileSync(process.execPath, [tsgotrace, 'convert', '--to', 'go', '-o', trace, recording])

const tool = execFileSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' }).trim()
const child = spawn(tool, ['-http=127.0.0.1:0', trace], {
	stdio: ['ignore', 'ignore', 'pipe'],
	env: { ...process.env, BROWSER: 'true' },
})
const url = await new Promise((resolve, reject) => {
	let text = ''
	child.stderr.setEncoding('utf8').on('data', chunk => {
		text += chunk
		const [, found] = /listening on (http:\/\/\S+)/.exec(text) ?? []
		if (found !== undefined) resolve(found)
	})
	child.on('exit', () => reject(new Error(text)))
})
const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
})
try {
	for (const [name, path, wait] of [
		['go-trace', '/trace', 6000],
		['go-goroutine', '/goroutine?name=GET%20%2Fitems%2F%3Aid', 500],
	]) {
		const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
		await page.goto(new URL(path, url).href)
		await page.waitForTimeout(wait)
		await page.screenshot({ path: join(root, 'docs/pictures', `${name}.png`) })
		await page.close()
	}
} finally {
	await browser.close()
	child.removeAllListeners('exit').kill()
	rmSync(dir, { recursive: true })
}
