import { statSync } from 'node:fs'
import { type ExitCode, report, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { canFollow, FollowedTrace } from './follow.js'
import { makePage, titleOf, versionOf } from './page.js'
import { PageServer } from './pageserver.js'

/** How often the files are looked at. */
const every = 1000

/**
 * Serve the page of a trace on loopback until the program is interrupted. If a file has grown, it is read on; if it was
 * replaced, it is read again; pages that are open show that.
 *
 * @param onAddress called once the page is served
 */
export async function serve(
	paths: readonly string[],
	flags: KeyFlags,
	port: number,
	onAddress: (url: string) => void,
): Promise<ExitCode> {
	if (paths.includes('-'))
		throw new UsageError('the standard input cannot be read again: give a file for the page with --output')
	const first = await makePage(paths, flags)
	if (first.html === null) return first.code
	let { files, version } = first
	const server = new PageServer()
	const show = (html: Iterable<string>): void => server.show(html, files.length === 1 ? files[0]! : null)
	show(first.html)
	const url = await server.listen(port)
	process.stdout.write(`${url}\n`)
	onAddress(url)

	let size = sizeOf(files)
	let followed: FollowedTrace | null = null
	const stop = async (): Promise<void> => {
		const old = followed
		followed = null
		await old?.end().catch(report)
	}
	let isBusy = false
	const look = async (): Promise<void> => {
		const now = versionOf(files)
		if (now === version) return
		version = now
		const [file] = files
		const before = size
		size = sizeOf(files)
		const hasGrown = size > before
		if (hasGrown && followed !== null) return
		if (hasGrown && file !== undefined && files.length === 1 && canFollow(file)) {
			followed = new FollowedTrace(file, titleOf(files), show)
			return
		}
		await stop()
		const made = await makePage(paths, flags)
		;({ version } = made)
		if (made.html === null) return
		;({ files } = made)
		size = sizeOf(files)
		show(made.html)
	}
	const timer = setInterval(() => {
		if (isBusy) return
		isBusy = true
		// If it fails, the page stays as it was.
		void look()
			.catch(report)
			.finally(() => (isBusy = false))
	}, every)
	await new Promise<void>(resolve => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
	})
	clearInterval(timer)
	await stop()
	server.close()
	return 0
}

function sizeOf(files: readonly string[]): number {
	return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}
