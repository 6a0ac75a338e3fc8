// The page without a mouse: what can be clicked can be reached and done by keys, and the focus can be seen.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { describeInChromium, exact, type Page, until } from './browser.js'

/**
 * Before the scripts of the page: remember each element that listens to clicks, presses and changes, and what the walk
 * reaches.
 */
const watch = `
	globalThis.listening = new Set()
	globalThis.reached = new Set()
	const add = EventTarget.prototype.addEventListener
	EventTarget.prototype.addEventListener = function (type, ...rest) {
		if (this instanceof Element && ['click', 'dblclick', 'pointerdown', 'change', 'input'].includes(type)) listening.add(this)
		return add.call(this, type, ...rest)
	}
	const luminance = color => {
		const [r, g, b] = color.match(/[\\d.]+/g).map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
		return 0.2126 * r + 0.7152 * g + 0.0722 * b
	}
	const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05)
	const groundOf = element => {
		for (let at = element; at !== null; at = at.parentElement) {
			const { backgroundColor } = getComputedStyle(at)
			if (!/, 0\\)$/.test(backgroundColor)) return backgroundColor
		}
		return 'rgb(255, 255, 255)'
	}
	globalThis.textOf = element => element.outerHTML.slice(0, 120)
	/** What is wrong with how the focus shows. */
	globalThis.unseen = element => {
		const style = getComputedStyle(element)
		if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no ring'
		// A second ring within the first one.
		const ring = /^(rgb\\([^)]*\\)) 0px 0px 0px/.exec(style.boxShadow)?.[1]
		if (contrast(style.outlineColor, ring ?? groundOf(element)) < 3) return 'a ring that cannot be seen'
		const box = element.getClientRects()[0]
		const x = (Math.max(0, box.left) + Math.min(innerWidth, box.right)) / 2
		const y = (Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2
		const top = document.elementFromPoint(x, y)
		return top !== null && (element.contains(top) || top.contains(element)) ? null : 'out of sight'
	}
	globalThis.isThere = element => element.isConnected && element.checkVisibility() && element.getClientRects().length > 0
`
/** What has no focus of its own, and the keys instead of it. */
const pointerOnly: Readonly<Record<string, string>> = { overview: 'W S A D F' }

const maxTabs = 600

/** Go through the page by Tab. @returns what can be clicked and was not reached, and where the focus cannot be seen */
async function walk(
	page: Page,
): Promise<{ readonly reached: number; readonly missing: string[]; readonly unseen: string[] }> {
	await page.evaluate(
		'(reached.clear(), document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex"))',
	)
	const unseen: string[] = []
	for (let i = 0; i < maxTabs; i++) {
		await page.keyboard.press('Tab')
		// What gets the focus may scroll into sight.
		const problem = await page.evaluate<string | null | false>(`(async () => {
			const element = document.activeElement
			if (element === null || element === document.body || reached.has(element)) return false
			reached.add(element)
			await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
			const problem = unseen(element)
			return problem === null ? null : problem + ': ' + textOf(element)
		})()`)
		if (problem === false) break
		if (problem !== null) unseen.push(problem)
	}
	const missing = await page.evaluate<string[]>(`(() => {
		const all = [...listening, ...document.querySelectorAll('a[href], button, input, select, summary')]
		// One of the tabs has the focus; arrow keys lead to the others.
		return [...new Set(all)]
			.filter(element => isThere(element) && !element.disabled && !reached.has(element))
			.filter(element => !element.matches('[role=tab][tabindex="-1"], ${Object.keys(pointerOnly)
				.map(name => `.${name}`)
				.join()}') && element.id !== 'app')
			// What is around a button may listen for what bubbles up from it.
			.filter(element => ![...reached].some(inner => element !== inner && element.contains(inner)))
			.map(textOf)
	})()`)
	return { reached: await page.evaluate<number>('reached.size'), missing, unseen }
}

/** Press Tab until what is wanted has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
	for (let i = 0; i < maxTabs; i++) {
		if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
		await page.keyboard.press('Tab')
	}
	throw new Error(`Tab does not lead to ${selector}`)
}

/** Open a tab of the details. */
async function openTab(page: Page, id: string): Promise<void> {
	await tabTo(page, '[role=tab]')
	while (!(await page.evaluate<boolean>(`document.activeElement.id === 'tab-${id}'`)))
		await page.keyboard.press('ArrowRight')
	await until(page, `tsgotraceView.state.tab.value === '${id}'`)
}

describeInChromium('the page by keys alone', (pages, folder) => {
	let path: string
	let shop: string
	beforeAll(async () => {
		const trace = await folder.lock(12)
		path = await folder.page(trace, 'lock', { trace: readFileSync(trace) })
		shop = await folder.page(await folder.shop(400), 'shop')
	}, 120_000)
	const open = async (options = {}, file = path): Promise<Page> => pages.open(file, '', { ...options, script: watch })
	const state = async <T>(page: Page, what: string): Promise<T> => page.evaluate<T>(`tsgotraceView.state.${what}`)

	it.each([
		{ width: 1280, colorScheme: 'light' },
		{ width: 1280, colorScheme: 'dark' },
		{ width: 390, colorScheme: 'light' },
		{ width: 390, colorScheme: 'dark' },
	])('reach all that can be clicked, and the focus can be seen: $width, $colorScheme', async options => {
		const page = await open(options)
		const all: Readonly<Record<string, () => Promise<void>>> = {
			first: async () => {},
			'a group': async () => {
				await openTab(page, 'groups')
				await tabTo(page, '#panel tbody .link')
				await page.keyboard.press('Enter')
				await until(page, "document.querySelector('.slowest a') !== null")
			},
			range: async () => {
				await page.keyboard.press('m')
				await until(page, "document.querySelector('#panel td a') !== null")
			},
			slice: async () => {
				await openTab(page, 'groups')
				await tabTo(page, '.slowest a')
				await page.keyboard.press('Enter')
				await until(
					page,
					"document.querySelector('.chain summary') !== null && document.querySelector('.histogram button') !== null",
				)
				await tabTo(page, '.chain summary')
				await page.keyboard.press('Enter')
				await tabTo(page, '.histogram button')
				await page.keyboard.press('Enter')
				await until(page, "document.querySelector('.histogram + .chain a') !== null")
			},
			'flame graph': async () => {
				await openTab(page, 'flame')
				await until(page, "document.querySelectorAll('.flame button').length > 4")
			},
			trace: async () => openTab(page, 'health'),
			menu: async () => {
				await tabTo(page, '.menu summary')
				await page.keyboard.press('Enter')
			},
		}
		for (const [name, act] of Object.entries(all)) {
			await act()
			// Colours differ where the theme does, and what is reached does not.
			if (options.colorScheme === 'dark' && ['range', 'trace'].includes(name)) continue
			const { reached, missing, unseen } = await walk(page)
			expect({ name, missing, unseen }).toEqual({ name, missing: [], unseen: [] })
			expect(reached).toBeGreaterThan(15)
			await page.evaluate('document.activeElement.blur()')
		}
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('do all that the mouse does with the timeline', async () => {
		const page = await open()
		interface View {
			readonly from: number
			readonly to: number
		}
		const view = async (): Promise<View> => state<View>(page, 'view.value')
		const whole = await view()
		await page.keyboard.press('w')
		const near = await view()
		expect(near.to - near.from).toBeLessThan(whole.to - whole.from)
		await page.keyboard.press('d')
		expect((await view()).from).toBeGreaterThan(near.from)
		await page.keyboard.press('a')
		await page.keyboard.press('s')
		await page.keyboard.press('f')
		expect(await view()).toEqual(whole)
		await page.keyboard.press('e')
		expect(await state<number>(page, 'zoom.value')).toBeGreaterThan(1)
		await page.keyboard.press('q')

		// From slice to slice, in time and across the lanes, and back.
		const slice = async (): Promise<number> => state<number>(page, 'slice.value?.interval ?? -1')
		const press = async (key: string): Promise<number> => {
			const before = await slice()
			await page.keyboard.press(key)
			await until(page, `(tsgotraceView.state.slice.value?.interval ?? -1) !== ${before}`)
			return slice()
		}
		const first = await press('ArrowRight')
		const second = await press('ArrowRight')
		expect(await press('ArrowLeft')).toBe(first)
		expect(second).not.toBe(first)
		const lane = async (): Promise<string> =>
			state<string>(page, 'slice.value.row + ":" + tsgotraceView.state.slice.value.lane')
		const above = await lane()
		await press('j')
		expect(await lane()).not.toBe(above)
		await press('k')
		expect(await lane()).toBe(above)
		// Every slice that a click can select is selected by these.
		const seen = new Set<string>()
		await page.keyboard.press('Escape')
		for (let before = ''; ; before = await lane()) {
			await page.keyboard.press('j')
			await until(
				page,
				`(tsgotraceView.state.notice.value.startsWith('There is no slice below')) || (tsgotraceView.state.slice.value !== null && tsgotraceView.state.slice.value.row + ':' + tsgotraceView.state.slice.value.lane !== ${JSON.stringify(before)})`,
			)
			if ((await state<string>(page, 'notice.value')) !== '') break
			seen.add(await lane())
		}
		expect(seen.size).toBe(
			await page.evaluate<number>(
				"tsgotraceView.state.header.rows.filter(({ kind }) => kind !== 'counter').reduce((n, { lanes }) => n + lanes, 0)",
			),
		)
		await page.keyboard.press('Enter')
		const shown = await state<{ readonly start: number; readonly end: number }>(page, 'slice.value')
		expect((await view()).from).toBeLessThan(shown.start)
		expect((await view()).to).toBeGreaterThan(shown.end)

		// A range, its begin and its end, and its sums.
		await page.keyboard.press('Escape')
		await page.keyboard.press('f')
		await page.keyboard.press('Shift+ArrowRight')
		const range = await state<View>(page, 'selected.value')
		await page.keyboard.press('Shift+A')
		await page.keyboard.press('Shift+ArrowRight')
		await until(page, 'tsgotraceView.state.sums.value !== null')
		const wider = await state<View>(page, 'selected.value')
		expect(wider.from).toBeLessThan(range.from)
		expect(wider.to).toBeGreaterThan(range.to)
		await page.keyboard.press('Shift+D')
		expect((await state<View>(page, 'selected.value')).from).toBeGreaterThan(wider.from)
		await page.keyboard.press('Escape')
		expect(await state(page, 'selected.value')).toBe(null)
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('reach and show findings', async () => {
		const page = await open({}, shop)
		const findings = await state<number>(page, 'header.report.findings.length')
		expect(findings).toBeGreaterThan(0)
		await page.keyboard.press(']')
		await until(page, 'tsgotraceView.state.finding.value === 0')
		await page.keyboard.press('[')
		await until(page, `tsgotraceView.state.finding.value === ${findings - 1}`)
		await page.keyboard.press('Escape')
		await openTab(page, 'findings')
		await tabTo(page, '#panel li a')
		await page.keyboard.press('Enter')
		await until(page, 'tsgotraceView.state.finding.value === 0')
		await page.keyboard.press('Escape')
		const { missing, unseen } = await walk(page)
		expect({ missing, unseen }).toEqual({ missing: [], unseen: [] })
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('search, filter, open groups, follow paths and frames, and change the theme', async () => {
		const page = await open()
		await page.keyboard.press('ArrowLeft')
		await until(page, 'tsgotraceView.state.path.value.length > 1')
		// What ended its wait.
		const before = await state<number>(page, 'slice.value.interval')
		await tabTo(page, '.chain .steps a')
		await page.keyboard.press('Enter')
		await until(page, `tsgotraceView.state.slice.value.interval !== ${before}`)
		await page.keyboard.press('Escape')
		expect(await state(page, 'search.value')).toBe('')
		await page.keyboard.press('/')
		for (const key of 'basket') await page.keyboard.press(key)
		expect(await state(page, 'search.value')).toBe('basket')
		await page.keyboard.press('Escape')
		await tabTo(page, '.legend button')
		await page.keyboard.press('Space')
		expect(await state<number>(page, 'hidden.value.size')).toBe(1)
		await page.keyboard.press('Space')
		await tabTo(page, 'button.name')
		const opened = await state<number>(page, 'open.value.size')
		await page.keyboard.press('Enter')
		expect(await state<number>(page, 'open.value.size')).not.toBe(opened)
		await exact(page)
		await openTab(page, 'flame')
		await tabTo(page, 'select')
		await until(page, "document.querySelectorAll('.flame button').length > 4")
		await page.keyboard.press('ArrowDown')
		await until(
			page,
			"tsgotraceView.state.flame.value === 'running' && document.querySelectorAll('.flame button').length > 1",
		)
		await tabTo(page, '.flame button')
		await page.keyboard.press('Enter')
		expect(await state<number>(page, 'frame.value.length')).toBe(1)
		const isDark = await state<boolean>(page, 'dark.value')
		await tabTo(page, '.top button[aria-pressed]')
		await page.keyboard.press('Space')
		expect(await state(page, 'dark.value')).toBe(!isDark)
		// The help takes the focus, and gives it back.
		await page.keyboard.press('?')
		await until(page, "document.activeElement.closest('.help') !== null")
		expect(await page.evaluate('unseen(document.activeElement)')).toBe(null)
		await page.keyboard.press('Escape')
		await until(page, "document.activeElement.matches('.top button[aria-pressed]')")
		expect(await state(page, 'help.value')).toBe(false)
		expect(pages.errors).toEqual([])
		await page.close()
	})

	it('hand the file to Perfetto', async () => {
		const page = await open()
		await page.context().route('https://ui.perfetto.dev/**', async route => {
			await route.fulfill({
				contentType: 'text/html',
				body: `<script>onmessage = ({ data, source }) => data === 'PING' && source.postMessage('PONG', '*')</script>`,
			})
		})
		await tabTo(page, '.menu summary')
		await page.keyboard.press('Enter')
		await tabTo(page, '.menu button')
		await page.keyboard.press('Enter')
		await until(page, "document.querySelector('.notice')?.textContent.startsWith('Perfetto has the file')")
		await page.close()
	})
})
