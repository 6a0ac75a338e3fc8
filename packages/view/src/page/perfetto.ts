import type { FileOfPage } from './state.js'

/** The viewer that receives files. No request is made before the user clicks. */
const viewer = 'https://ui.perfetto.dev'

/** How long the viewer may take to load. */
const patience = 60_000

/**
 * Open Perfetto in a new window and hand it the file: it stays in this browser, in a page that ui.perfetto.dev
 * provides.
 *
 * @throws an Error that says what failed
 */
export async function openInPerfetto({ name, bytes }: FileOfPage): Promise<void> {
	// Before any await: browsers open windows only in response to a click.
	const target = open(viewer)
	if (target === null) throw new Error('the browser did not open a window: allow pop-ups for this page')
	const buffer = await bytes()
	await new Promise<void>((resolve, reject) => {
		const give = (): void => {
			clearInterval(asking)
			clearTimeout(late)
			removeEventListener('message', hear)
		}
		const hear = ({ source, origin, data }: MessageEvent<unknown>): void => {
			if (source !== target || origin !== viewer || data !== 'PONG') return
			give()
			target.postMessage({ perfetto: { buffer, title: name, fileName: name } }, viewer, [buffer])
			resolve()
		}
		const asking = setInterval(() => target.postMessage('PING', viewer), 100)
		const late = setTimeout(() => {
			give()
			reject(new Error(`${viewer} did not answer: is there a connection? The file can be opened there by hand`))
		}, patience)
		addEventListener('message', hear)
	})
}
