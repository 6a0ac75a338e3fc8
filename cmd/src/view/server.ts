import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { CommandError, type ExitCode, report, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { makePage, versionOf } from './page.js'

/** How often the files are looked at. */
const every = 1000

/**
 * Serve the page of a trace on loopback until the program is interrupted. A page that is open loads again when the files have changed.
 *
 * @param onAddress called once the page is served
 */
export async function serve(paths: readonly string[], flags: KeyFlags, port: number, onAddress: (url: string) => void): Promise<ExitCode> {
	if (paths.includes('-')) throw new UsageError('the standard input cannot be read again: give a file for the page with --output')
	const first = await makePage(paths, flags)
	if (first.html === null) return first.code
	let { files, version } = first
	let page = live(first.html, files)
	const listeners = new Set<ServerResponse>()
	const server = createServer((request, response) => {
		// A page of another origin could read the trace by a name that leads to this address.
		const { host } = request.headers
		const { port: own } = server.address() as AddressInfo
		if (host !== `127.0.0.1:${own}` && host !== `localhost:${own}`) {
			response.writeHead(403).end()
			return
		}
		if (request.method !== 'GET') {
			response.writeHead(405).end()
			return
		}
		if (request.url === '/changes') {
			response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
			response.write(`data: ${version}\n\n`)
			listeners.add(response)
			response.on('close', () => listeners.delete(response))
			return
		}
		const [file] = files
		if (request.url === '/trace' && file !== undefined && files.length === 1) {
			response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
			pipeline(createReadStream(file), response, () => {})
			return
		}
		if (request.url !== '/') {
			response.writeHead(404).end()
			return
		}
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
		response.end(page)
	})
	server.listen(port, '127.0.0.1')
	try {
		await once(server, 'listening')
	} catch (error) {
		const { code: reason } = error as NodeJS.ErrnoException
		if (reason !== 'EADDRINUSE' && reason !== 'EACCES') throw error
		throw new CommandError(
			3,
			`port ${port} is ${reason === 'EADDRINUSE' ? 'in use' : 'not allowed'}\n  hint: without --port, a free one is taken`,
		)
	}
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
	process.stdout.write(`${url}\n`)
	onAddress(url)

	let isBusy = false
	const timer = setInterval(() => {
		const now = versionOf(files)
		if (now === version || isBusy) return
		isBusy = true
		version = now
		void makePage(paths, flags)
			.then(made => {
				version = made.version
				if (made.html === null) return
				files = made.files
				page = live(made.html, files)
				for (const response of listeners) response.write(`data: ${version}\n\n`)
			})
			// The page stays as it was.
			.catch(report)
			.finally(() => (isBusy = false))
	}, every)
	await new Promise<void>(resolve => {
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
	})
	clearInterval(timer)
	server.close()
	server.closeAllConnections()
	return 0
}

/** The page may ask this server, and none else, whether the trace has changed, and for the file if it is one. */
function live(html: Iterable<string>, files: readonly string[]): string {
	const [first = '', ...rest] = html
	const policy = "default-src 'none';"
	if (!first.includes(policy)) throw new Error('the page has no policy to extend')
	const mark = files.length === 1 ? 'data-live data-file' : 'data-live'
	return [first.replace(policy, `${policy} connect-src 'self';`).replace('<html ', `<html ${mark} `), ...rest].join('')
}
