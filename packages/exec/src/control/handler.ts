import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkNames } from '../checknames.js'
import { type Asker, checkToken, refusal } from './access.js'
import { answerTo, type HttpReply, text } from './answers.js'
import type { TraceOptions } from './options.js'
import { checkTraceOptions } from './options.js'

/** Options of {@link traceHandler}. */
export interface TraceHandlerOptions {
	/**
	 * Gives access from anywhere. Without a token, only clients on this machine have access, and no proxy. At least 16
	 * characters.
	 */
	readonly token?: string
	/** What is recorded for `/debug/trace`, as for `startTrace`: which events, and what is redacted. */
	readonly trace?: Omit<TraceOptions, 'to'>
}

/**
 * Answers requests of a server of `node:http`, or a `Request` of the fetch API. Requests for other paths go to `next`,
 * or get 404.
 */
export interface TraceHandler {
	(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
	(request: Request): Promise<Response>
}

/**
 * Traces and profiles of this thread over HTTP, taken only while a client asks for them. Mount it on your server. It
 * answers
 *
 * - `GET /debug/trace?seconds=5&format=perfetto`: a trace, sent while it is recorded; or `format=chrome`, `format=go`
 * - `GET /debug/tasks`: the tasks that have begun and not ended, as JSON
 * - `GET /debug/lost`: how many tasks can never end, and the last of them, as JSON
 * - `GET /debug/profile?type=cpu&seconds=5`: a profile of V8, for DevTools; or `type=net`, `sync`, `fs`: what tasks
 *   waited for, for `go tool pprof`
 *
 * When the client disconnects, everything that was switched on for it is switched off at once. A second trace or
 * profile at the same time gets 409.
 *
 * @throws TypeError for invalid options
 * @example
 * import { createServer } from 'node:http'
 * import { traceHandler } from '@tsgotrace/exec/control'
 * const traces = traceHandler({ token: process.env['TRACE_TOKEN'] ?? 'not a secret at all' })
 * const server = createServer((request, response) => {
 * 	traces(request, response, () => response.end('hello'))
 * })
 * server.listen(0, () => server.close())
 */
export function traceHandler(options: TraceHandlerOptions = {}): TraceHandler {
	checkNames('traceHandler', options, ['token', 'trace'])
	const { token, trace = {} } = options
	checkToken('traceHandler', token)
	if ('to' in trace) throw new TypeError('traceHandler: trace is sent to the client, so it has no option to')
	checkTraceOptions({ ...trace, to: () => {} })
	const answer = async (
		method: string | undefined,
		url: URL,
		asker: Asker,
		signal: AbortSignal,
	): Promise<HttpReply | null> => {
		if (!/\/debug\/(trace|tasks|lost|profile)$/.test(url.pathname)) return null
		const refused = refusal(token, asker)
		if (refused !== null) return text(refused.status, refused.text)
		return method === 'GET'
			? answerTo(url.pathname, url.searchParams, signal, trace)
			: text(405, 'only GET is supported')
	}
	function handle(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
	function handle(request: Request): Promise<Response>
	function handle(
		request: IncomingMessage | Request,
		response?: ServerResponse,
		next?: (error?: unknown) => void,
	): void | Promise<Response> {
		if (response === undefined) return ofFetch(request as Request, answer)
		ofNode(request as IncomingMessage, response, next, answer).catch((error: unknown) =>
			response.destroy(error as Error),
		)
	}
	return handle
}

type Answering = (method: string | undefined, url: URL, asker: Asker, signal: AbortSignal) => Promise<HttpReply | null>

async function ofNode(
	request: IncomingMessage & { readonly originalUrl?: string },
	response: ServerResponse,
	next: ((error?: unknown) => void) | undefined,
	answering: Answering,
): Promise<void> {
	const controller = new AbortController()
	response.once('close', () => controller.abort())
	// Routers such as express strip their own prefix.
	const url = new URL(request.originalUrl ?? request.url ?? '/', 'http://localhost')
	const header = (name: string): string | null => {
		const value = request.headers[name]
		return typeof value === 'string' ? value : (value?.[0] ?? null)
	}
	const remote = request.socket.remoteAddress ?? ''
	const answer = await answering(
		request.method,
		url,
		{ remote, header, token: url.searchParams.get('token') },
		controller.signal,
	)
	if (answer === null && next !== undefined) return next()
	const { status, body, ...head } = answer ?? text(404, 'not found')
	response.writeHead(status, headers(head))
	if (typeof body === 'string') return void response.end(body)
	// Send the headers before the first bytes, so that the client knows that recording has begun.
	response.flushHeaders()
	for await (const chunk of body) {
		if (controller.signal.aborted) return
		if (!response.write(chunk)) await drained(response, controller.signal)
	}
	response.end()
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		const done = (): void => {
			response.off('drain', done)
			signal.removeEventListener('abort', done)
			resolve()
		}
		if (signal.aborted) return resolve()
		response.once('drain', done)
		signal.addEventListener('abort', done)
	})
}

async function ofFetch(request: Request, answering: Answering): Promise<Response> {
	const controller = new AbortController()
	const abort = (): void => controller.abort()
	if (request.signal.aborted) abort()
	else request.signal.addEventListener('abort', abort)
	const url = new URL(request.url)
	const asker = {
		remote: null,
		header: (name: string) => request.headers.get(name),
		token: url.searchParams.get('token'),
	}
	const answer = await answering(request.method, url, asker, controller.signal)
	const { status, body, ...head } = answer ?? text(404, 'not found')
	if (typeof body === 'string') return new Response(body, { status, headers: headers(head) })
	const chunks = body[Symbol.asyncIterator]()
	const encoder = new TextEncoder()
	const stream = new ReadableStream<Uint8Array>({
		async pull(to) {
			const { done, value } = await chunks.next()
			if (done === true) to.close()
			else to.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
		},
		cancel: abort,
	})
	return new Response(stream, { status, headers: headers(head) })
}

function headers({ type, file }: Pick<HttpReply, 'type' | 'file'>): Record<string, string> {
	return {
		'content-type': type,
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		...(file !== undefined && { 'content-disposition': `attachment; filename="${file}"` }),
	}
}
