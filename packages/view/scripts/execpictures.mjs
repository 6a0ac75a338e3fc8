// Makes the pictures of docs/exec.md: `node packages/view/scripts/execpictures.mjs`, after a build, on a machine with
// Chromium. States of tasks need Node 24 or newer.
import { join } from 'node:path'
import { picture, pictures, record, root } from './pages.mjs'

/** In the page: open the rows of tasks, and show the last requests. */
const tasksOpen = `(() => {
	const { state } = tsgotraceView
	const { rows, end } = state.header
	state.open.value = new Set([...state.open.value, ...rows.flatMap((row, i) => (/^(GET .orders|timer checkQueue|message)/.test(row.label) ? [i] : []))])
	state.show({ from: end - 260e6, to: end - 140e6 })
})()`

await pictures(async () => {
	const page = record('everything', 'states', join(root, 'packages/view/test/fixtures/everything.mjs'))
	await picture('exec-timeline', page, { height: 900 }, async opened => {
		await opened.evaluate(tasksOpen)
		await opened.locator('#tab-groups').click()
	})
})
