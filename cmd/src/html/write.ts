import { OutputTarget } from '../convert/target.js'

/** Write a page to a file; `-` is the standard output. */
export async function writeHtml(path: string, html: string): Promise<void> {
	const target = new OutputTarget(path === '-' ? null : path)
	await target.write(html)
	await target.end()
}
