// The trace context of a task, sent along with its requests.
import type { ClientRequest } from 'node:http'
import { baggageHeader } from '../propagation/baggage.js'
import { currentTask } from '../tasks/scope.js'
import { originOf, subscribeAll, type UndiciRequest } from './channel.js'
import { propagatesTo } from './options.js'

export function propagation(): () => void {
	return subscribeAll({
		// From Node 22 on. Later channels publish after the headers have been written.
		'http.client.request.created': ({ request }: { request: ClientRequest }) => {
			if (request.headersSent || request.hasHeader('traceparent')) return
			sendAlong(originOf(request), (name, value) => request.setHeader(name, value))
		},
		'undici:request:create': ({ request }: { request: UndiciRequest }) => {
			if (hasHeader(request.headers, 'traceparent')) return
			sendAlong(String(request.origin ?? ''), (name, value) => request.addHeader(name, value))
		},
	})
}

function sendAlong(origin: string, set: (name: string, value: string) => void): void {
	const task = currentTask()
	if (task === null || !propagatesTo(origin)) return
	set('traceparent', task.traceparent.text)
	const baggage = baggageHeader(task.baggage)
	if (baggage !== '') set('baggage', baggage)
}

/** undici stores them as one string, as a list of alternating names and values, or as an object. */
function hasHeader(headers: unknown, name: string): boolean {
	if (typeof headers === 'string') return new RegExp(`^${name}:`, 'im').test(headers)
	if (Array.isArray(headers)) return headers.some((header, i) => i % 2 === 0 && String(header).toLowerCase() === name)
	return headers !== null && typeof headers === 'object' && Object.keys(headers).some(key => key.toLowerCase() === name)
}
