// Incoming requests of node:http as tasks. Node publishes before it emits 'request', so the handler and everything that
// it starts are in the task.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { parseBaggage } from '../propagation/baggage.js'
import { parseTraceParent } from '../propagation/traceparent.js'
import { enter, leave } from '../tasks/scope.js'
import { Task } from '../tasks/task.js'
import { subscribeAll } from './channel.js'
import { idsOf } from './ids.js'
import { requestName, routeName } from './names.js'
import { autoOptions } from './options.js'
import { isRouted, markRouted, serve, servedBy } from './served.js'

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

export function tasksOfRequests(): () => void {
	const name = (request: IncomingMessage, route: string): void => {
		markRouted(request)
		servedBy(request)?.rename(routeName(request.method, route))
	}
	const begin = ({ request, response }: Exchange): void => {
		// Before Node 24 the task of the last request on the connection is still the current one.
		if (!autoOptions().requests) return leave()
		const { headers } = request
		const task = new Task({
			name: requestName(request.method, request.url),
			kind: 'request',
			parent: null,
			remote: parseTraceParent(headers['traceparent']),
			baggage: parseBaggage(headers['baggage']),
			ids: idsOf(headers),
		})
		serve(request, task)
		// If the client gives up, Node publishes no end.
		response.on('close', closed)
		enter(task)
	}
	const finish = ({ request, response }: Exchange): void => {
		const task = servedBy(request)
		if (task === undefined) return
		// Express 4 publishes nothing. With an error handled, its `baseUrl` is empty by now.
		const route = isRouted(request) ? null : expressRoute(request)
		if (route !== null) name(request, route)
		task.end('returned', String(response.statusCode))
	}
	return subscribeAll({
		'http.server.request.start': begin,
		'http.server.response.finish': finish,
		// Not published for a request that matches no route. When the call of the handler returns: that it begins is published
		// by `runStores`, which takes longer than all else here.
		'tracing:fastify.request.handler:end': ({ request, route }: FastifyHandler) => name(request.raw, route.url),
		'tracing:express.router.request:start': ({ req, route: own, handler }: ExpressLayer) => {
			// Error handlers, which have four parameters, follow with the failed route, but without the path of its router.
			const route = own === req.route?.path && handler?.length !== 4 ? expressRoute(req) : null
			if (route !== null) name(req, route)
		},
	})
}

/** One listener for all responses, which a closure for each would be slower than. */
function closed(this: ServerResponse): void {
	// Types do not know that a program may have removed it.
	const request: IncomingMessage | undefined = this.req
	if (request !== undefined)
		servedBy(request)?.end(this.writableFinished ? 'returned' : 'aborted', String(this.statusCode))
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
