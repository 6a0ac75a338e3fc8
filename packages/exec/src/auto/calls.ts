// Outgoing requests of node:http and fetch: what a task waits for, with its target.
import type { ClientRequest, IncomingMessage } from 'node:http'
import { connectOnce } from '../realm.js'
import { textOfError } from '../tasks/errors.js'
import { nextId } from '../tasks/ids.js'
import { currentTask } from '../tasks/scope.js'
import { originOf, subscribeAll, type UndiciRequest } from './channel.js'
import { pathName } from './names.js'
import { autoOptions } from './options.js'
import { traceCallBegin, traceCallBegin_Event, traceCallEnd, traceCallEnd_Event } from './ztrace.js'

/** A request to another process begins. `target` is method, origin and path without ids. `task` is 0 outside of tasks. */
//trace:event traceCallBegin(call: number, target: string, task: number)

/** Its response has been read, or it failed: `detail` is the status or the error's message. */
//trace:event traceCallEnd(call: number, how: 'returned' | 'threw', detail: string)

connectOnce('calls', [traceCallBegin_Event, traceCallEnd_Event], () => {
	const calls = new WeakMap<object, number>()
	const statuses = new WeakMap<object, string>()
	const begin = (request: object, target: string): void => {
		const task = currentTask()
		if (!autoOptions().calls || calls.has(request) || task?.sampled === false) return
		const call = nextId()
		calls.set(request, call)
		traceCallBegin(call, target, task?.id ?? 0)
	}
	const end = (request: object, how: 'returned' | 'threw', detail: string): void => {
		const call = calls.get(request)
		if (call === undefined) return
		calls.delete(request)
		traceCallEnd(call, how, detail)
	}
	return subscribeAll({
		'http.client.request.start': ({ request }: { request: ClientRequest }) =>
			begin(request, `${request.method} ${originOf(request)}${pathName(request.path)}`),
		'http.client.response.finish': ({ request, response }: { request: ClientRequest; response: IncomingMessage }) =>
			end(request, 'returned', String(response.statusCode ?? '')),
		'http.client.request.error': ({ request, error }: { request: ClientRequest; error: unknown }) =>
			end(request, 'threw', textOfError(error)),
		'undici:request:create': ({ request }: { request: UndiciRequest }) => {
			begin(request, `${request.method} ${String(request.origin ?? '')}${pathName(request.path)}`)
		},
		'undici:request:headers': ({ request, response }: { request: object; response: { readonly statusCode: number } }) =>
			statuses.set(request, String(response.statusCode)),
		'undici:request:trailers': ({ request }: { request: object }) =>
			end(request, 'returned', statuses.get(request) ?? ''),
		'undici:request:error': ({ request, error }: { request: object; error: unknown }) =>
			end(request, 'threw', textOfError(error)),
	})
})
