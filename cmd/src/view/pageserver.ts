import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { CommandError } from '../exit.js'

/** How long pages that are open may take to get what is shown last, in milliseconds. */
const maxWait = 5000

/** Serves one page on loopback, and reports to those that show it when there is a newer one. */
export class PageServer {
	readonly #server: Server
	readonly #listeners = new Set<ServerResponse>()
	#page = ''
	#file: string | null = null
	#version = 0

	constructor() {
		this.#server = createServer((request, response) => this.#answer(request, response))
	}

	/** @throws CommandError if the port cannot be used */
	async listen(port: number): Promise<string> {
		this.#server.listen(port, '127.0.0.1')
		try {
			await once(this.#server, 'listening')
		} catch (error) {
			const { code: reason } = error as NodeJS.ErrnoException
			if (reason !== 'EADDRINUSE' && reason !== 'EACCES') throw error
			throw new CommandError(
				3,
				`port ${port} is ${reason === 'EADDRINUSE' ? 'in use' : 'not allowed'}\n  hint: without --port, a free one is taken`,
			)
		}
		return `http://127.0.0.1:${this.#port}/`
	}

	get #port(): number {
		return (this.#server.address() as AddressInfo).port
	}

	/** Show another page. @param file the trace, if it is one file */
	show(html: Iterable<string>, file: string | null): void {
		this.#page = live(html, file !== null)
		this.#file = file
		this.#version++
		this.#tell('message')
	}

	/**
	 * Show the last page, and wait until those that show it have it and the file, and listen no more, or for some
	 * seconds.
	 */
	async showLast(html: Iterable<string>, file: string): Promise<void> {
		this.#page = live(html, true)
		this.#file = file
		this.#version++
		this.#tell('last')
		for (const end = Date.now() + maxWait; this.#listeners.size > 0 && Date.now() < end; ) await sleep(20)
	}

	close(): void {
		this.#server.close()
		this.#server.closeAllConnections()
	}

	#tell(event: 'message' | 'last'): void {
		for (const response of this.#listeners) response.write(`event: ${event}\ndata: ${this.#version}\n\n`)
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		// A page of another origin could read the trace by a name that leads to this address.
		const { host } = request.headers
		if (host !== `127.0.0.1:${this.#port}` && host !== `localhost:${this.#port}`) {
			response.writeHead(403).end()
			return
		}
		if (request.method !== 'GET') {
			response.writeHead(405).end()
			return
		}
		if (request.url === '/changes') {
			response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
			response.write(`data: ${this.#version}\n\n`)
			this.#listeners.add(response)
			response.on('close', () => this.#listeners.delete(response))
			return
		}
		if (request.url === '/trace' && this.#file !== null) {
			response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
			pipeline(createReadStream(this.#file), response, () => {})
			return
		}
		if (request.url !== '/') {
			response.writeHead(404).end()
			return
		}
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
		response.end(this.#page)
	}
}

/** The page may ask this server, and none else, whether the trace has changed, and for the file if it is one. */
function live(html: Iterable<string>, hasFile: boolean): string {
	const [first = '', ...rest] = html
	const policy = "default-src 'none';"
	if (!first.includes(policy)) throw new Error('the page has no policy to extend')
	const mark = hasFile ? 'data-live data-file' : 'data-live'
	return [first.replace(policy, `${policy} connect-src 'self';`).replace('<html ', `<html ${mark} `), ...rest].join('')
}
