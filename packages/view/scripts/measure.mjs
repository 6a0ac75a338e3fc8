// Measures the page: node packages/view/scripts/measure.mjs [--fastify] [EVENTS], after a build, on a quiet Linux
// machine with Chromium. Without --fastify, of ten thousand synthetic tasks at a time; with it, of a loaded fastify
// server that is recorded with --exec=all, which needs Node 24 or newer. Prints how long it takes to the first exact
// picture, the work of a frame while panning and zooming (with a forced flush), gaps between frames, and memory above
// an empty page.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const isFastify = process.argv.includes('--fastify')
const events = process.argv.slice(2).find(arg => !arg.startsWith('--')) ?? '1000000'
/** How many events a request of fixtures/fastifyserver.mjs has, about. */
const perRequest = 17.5
if (isFastify && Number(process.versions.node.split('.')[0]) < 24)
	throw new Error('states need Node 24 or newer: npx -y -p node@24 node …')
const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-measure-'))
const trace = join(dir, 'many.perfetto-trace')
const html = join(dir, 'many.html')
const empty = join(dir, 'empty.html')
const tool = (...args) =>
	execFileSync(process.execPath, [join(root, 'cmd/bin/tsgotrace.js'), ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	})
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

/** Resident memory of all renderers, in MB. */
async function memory() {
	const session = await browser.newBrowserCDPSession()
	const { processInfo } = await session.send('SystemInfo.getProcessInfo')
	const kB = processInfo
		.filter(({ type }) => type === 'renderer')
		.map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0))
	await session.detach()
	return kB.reduce((a, b) => a + b, 0) / 1024
}

const at = (values, share) =>
	values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]

try {
	const fixture = name => join(root, 'packages/view/test/fixtures', name)
	if (isFastify) {
		const requests = String(Math.round(Number(events) / perRequest))
		tool('record', '--exec=all', '--quiet', '-o', trace, '--', process.execPath, fixture('fastifyserver.mjs'), requests)
	} else execFileSync(process.execPath, [fixture('many.mjs'), trace, events])
	const began = performance.now()
	tool('view', trace, '-o', html)
	const made = performance.now() - began
	tool('view', '-o', empty)
	const none = await browser.newPage({ viewport: { width: 1280, height: 800 } })
	await none.goto(`file://${empty}`)
	await none.waitForTimeout(1000)
	const least = await memory()
	await none.close()

	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
	await page.goto(`file://${html}`, { waitUntil: 'commit' })
	let first = null
	while (first === null)
		first = await page
			.evaluate('globalThis.tsgotraceView?.timeline.isExact ? performance.now() : null')
			.catch(() => null)
	// Each callback of a frame is timed with what the canvas still has to draw.
	await page.evaluate(`(() => {
		globalThis.work = []
		globalThis.gaps = []
		const canvas = document.querySelector('canvas.timeline')
		const ask = requestAnimationFrame.bind(globalThis)
		globalThis.requestAnimationFrame = callback => ask(time => {
			const start = performance.now()
			callback(time)
			canvas.getContext('2d').getImageData(0, 0, 1, 1)
			work.push(performance.now() - start)
		})
		let last = performance.now()
		const tick = time => {
			gaps.push(time - last)
			last = time
			ask(tick)
		}
		ask(tick)
	})()`)
	await page.mouse.move(600, 500)
	for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 30 ? -60 : 60)
	await page.keyboard.down('Shift')
	for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i % 20 < 10 ? 80 : -80)
	await page.keyboard.up('Shift')
	await page.waitForTimeout(1000)
	const [work, gaps, intervals, recorded] = await page.evaluate(
		'[work, gaps, tsgotraceView.state.header.intervals, tsgotraceView.state.header.report.window.events]',
	)
	const most = await memory()
	const raw = statSync(trace).size / 2 ** 20
	const late = gaps.filter(gap => gap > 25).length
	process.stdout.write(`${isFastify ? 'fastify: ' : ''}${recorded.toLocaleString('en')} events, ${intervals.toLocaleString('en')} intervals, ${raw.toFixed(1)} MB of trace, ${(statSync(html).size / 2 ** 20).toFixed(1)} MB of page, made in ${(made / 1000).toFixed(1)} s
first exact picture: ${Math.round(first)} ms after navigation
work of a frame: p50 ${at(work, 0.5).toFixed(1)} ms, p95 ${at(work, 0.95).toFixed(1)} ms, ${work.length} frames
gaps between frames: p95 ${at(gaps, 0.95).toFixed(1)} ms; above 25 ms: ${late} of ${gaps.length}
memory above an empty page: ${Math.round(most - least)} MB, ${((most - least) / raw).toFixed(1)} times the trace
`)
} finally {
	await browser.close()
	rmSync(dir, { recursive: true, force: true })
}
