// Incoming requests of node:http as tasks. Node publishes before it emits 'request', so the handler and everything that it starts are in the task.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { parseBaggage } from '../propagation/baggage.js'
import { parseTraceParent } from '../propagation/traceparent.js'
import { enter, leave } from '../tasks/scope.js'
import { Task } from '../tasks/task.js'
import { subscribeAll } from './channel.js'
import { requestName } from './names.js'
import { autoOptions } from './options.js'

interface Exchange {
	readonly request: IncomingMessage
	readonly response: ServerResponse
	readonly server: Server
}

/** The fields that express and similar frameworks add to a request. */
interface Routed extends IncomingMessage {
	readonly baseUrl?: string
	readonly route?: { readonly path?: unknown }
}

/** Headers that commonly hold the id of a request. */
const idHeader = 'x-request-id'

export function tasksOfRequests(): () => void {
	const tasks = new WeakMap<IncomingMessage, Task>()
	const routed = new WeakSet<IncomingMessage>()
	const name = (request: IncomingMessage, route: string): void => {
		routed.add(request)
		tasks.get(request)?.rename(`${request.method} ${route}`)
	}
	const begin = ({ request, response }: Exchange): void => {
		// Before Node 24 the task of the last request on the connection is still the current one.
		if (!autoOptions().requests) return leave()
		const { headers } = request
		const id = headers[idHeader]
		const task = new Task({
			name: requestName(request.method, request.url),
			kind: 'request',
			parent: null,
			remote: parseTraceParent(headers['traceparent']),
			baggage: parseBaggage(headers['baggage']),
			...(typeof id === 'string' ? { ids: { request: id } } : {}),
		})
		tasks.set(request, task)
		// If the client gives up, Node publishes no end.
		response.once('close', () => task.end(response.writableFinished ? 'returned' : 'aborted', String(response.statusCode)))
		enter(task)
	}
	const finish = ({ request, response }: Exchange): void => {
		const task = tasks.get(request)
		if (task === undefined) return
		// Express 4 publishes nothing. With an error handled, its `baseUrl` is empty by now.
		const route = routed.has(request) ? null : expressRoute(request)
		if (route !== null) name(request, route)
		task.end('returned', String(response.statusCode))
	}
	return subscribeAll({
		'http.server.request.start': begin,
		'http.server.response.finish': finish,
		// Not published for a request that matches no route.
		'tracing:fastify.request.handler:start': ({ request, route }: FastifyHandler) => name(request.raw, route.url),
		'tracing:express.router.request:start': ({ req, route: own, handler }: ExpressLayer) => {
			// Error handlers, which have four parameters, follow with the failed route, but without the path of its router.
			const route = own === req.route?.path && handler?.length !== 4 ? expressRoute(req) : null
			if (route !== null) name(req, route)
		},
	})
}

interface FastifyHandler {
	readonly request: { readonly raw: IncomingMessage }
	readonly route: { readonly url: string }
}

interface ExpressLayer {
	readonly req: Routed
	readonly route?: unknown
	readonly handler?: { readonly length: number }
}

/** The route of express, once it is known. A route that is a regular expression is shown as such. */
function expressRoute({ baseUrl, route }: Routed): string | null {
	const path = route?.path
	if (path === undefined || (baseUrl === '' && path === '/')) return path === undefined ? null : '/'
	return typeof path === 'string' || path instanceof RegExp ? `${baseUrl ?? ''}${String(path)}` : null
}
