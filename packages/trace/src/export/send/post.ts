import type { Agent, IncomingMessage, request as Request } from 'node:http'
import process from 'node:process'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { CollectorEndpoint } from './environment.js'

/** What happens between two attempts of a request. */
export interface Retrying {
	/** An attempt failed, and another one follows. */
	failed(error: Error): void
	/** Wait for this many milliseconds. False: no further attempt. */
	wait(ms: number): Promise<boolean>
}

const firstPause = 1000
const growth = 1.5
const longestPause = 5000
/** Answers are short; longer ones are not read to their end. */
const longestAnswer = 4 * 1024 * 1024
/** The status codes that OTLP defines as retryable. */
const retryable: readonly number[] = [429, 502, 503, 504]

interface PostReply {
	readonly status: number
	readonly message: string
	readonly retryAfter: string | undefined
	readonly body: Buffer
}

/** Posts requests to one receiver, and retries where that may help. */
export class Post {
	readonly #receiver: CollectorEndpoint
	readonly #agent: Agent
	readonly #request: typeof Request

	constructor(receiver: CollectorEndpoint) {
		this.#receiver = receiver
		// Loaded here, because they take 15 MB, and most programs that load the exporters never send anything.
		const { Agent, request } = process.getBuiltinModule(receiver.url.startsWith('https:') ? 'node:https' : 'node:http')
		this.#agent = new Agent({ keepAlive: true, ...receiver.tls })
		this.#request = request
	}

	/**
	 * @returns the answer of the receiver
	 * @throws Error if it did not accept the request in time
	 */
	async send(body: Uint8Array, type: string, retrying: Retrying): Promise<Buffer> {
		const { gzip: packed, timeout, headers: own } = this.#receiver
		const deadline = performance.now() + timeout
		const bytes = packed ? await promisify(gzip)(body) : body
		const headers = {
			...own,
			'content-type': type,
			'content-length': bytes.length,
			...(packed && { 'content-encoding': 'gzip' }),
		}
		for (let pause = firstPause; ; pause = Math.min(longestPause, pause * growth)) {
			const answer = await this.#attempt(bytes, headers, Math.max(1, deadline - performance.now()))
			if (!(answer instanceof Error) && answer.status <= 299) return answer.body
			const error = answer instanceof Error ? answer : refusal(answer)
			if (!(answer instanceof Error) && !retryable.includes(answer.status)) throw error
			const wait = (answer instanceof Error ? 0 : Number(answer.retryAfter) * 1000) || pause
			if (performance.now() + wait >= deadline) throw error
			retrying.failed(error)
			if (!(await retrying.wait(wait))) throw error
		}
	}

	close(): void {
		this.#agent.destroy()
	}

	/** @returns an error if there was no answer */
	async #attempt(
		body: Uint8Array,
		headers: Record<string, string | number>,
		timeout: number,
	): Promise<PostReply | Error> {
		return new Promise(resolve => {
			const request = this.#request(this.#receiver.url, { method: 'POST', headers, agent: this.#agent }, response => {
				read(response).then(resolve, resolve)
			})
			const timer = setTimeout(
				() => request.destroy(new Error(`no answer within ${this.#receiver.timeout} ms`)),
				timeout,
			)
			request.on('error', error => resolve(plain(error)))
			request.on('close', () => clearTimeout(timer))
			request.end(body)
		})
	}
}

async function read(response: IncomingMessage): Promise<PostReply> {
	const chunks: Buffer[] = []
	let length = 0
	for await (const chunk of response as AsyncIterable<Buffer>) {
		length += chunk.length
		if (length <= longestAnswer) chunks.push(chunk)
	}
	const { statusCode = 0, statusMessage = '', headers } = response
	return { status: statusCode, message: statusMessage, retryAfter: headers['retry-after'], body: Buffer.concat(chunks) }
}

function refusal({ status, message, body }: PostReply): Error {
	const text = body.toString().trim().slice(0, 200)
	return new Error(`${status} ${message}${/^[\t\n\r\x20-\x7e]+$/.test(text) ? `: ${text}` : ''}`)
}

/** A host name with several addresses, such as localhost, gives an AggregateError without a message. */
function plain(error: Error): Error {
	return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
}
