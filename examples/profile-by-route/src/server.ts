import { createServer, type Server, type ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { allocate } from './blocks.js'
import { traceRequestBegin, traceRequestEnd } from './ztrace.js'

//trace:event traceRequestBegin(id: number, route: string)
//trace:event traceRequestEnd(id: number)

const line = 1000

async function page(): Promise<Buffer> {
	await setImmediate()
	return allocate(20 * line)
}

async function image(): Promise<Buffer> {
	await setImmediate()
	return allocate(200 * line)
}

/** Puts its lines together one by one. Each time, all of them are copied. */
async function table(): Promise<Buffer> {
	let body = allocate(0)
	for (let i = 1; i <= 50; i++) {
		const longer = allocate(i * line)
		body.copy(longer)
		body = longer
		await setImmediate()
	}
	return body
}

const routes: Readonly<Record<string, () => Promise<Buffer>>> = { '/page': page, '/image': image, '/table': table }

/** Knows nothing of profiles: it signals what happens. */
export function makeServer(): Server {
	let requests = 0
	return createServer((request, response) => void answer(++requests, request.url ?? '', response))
}

async function answer(id: number, route: string, response: ServerResponse): Promise<void> {
	traceRequestBegin(id, route)
	const body = await routes[route]?.()
	response.statusCode = body === undefined ? 404 : 200
	response.end(body)
	traceRequestEnd(id)
}
