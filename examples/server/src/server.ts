import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Store } from './store.js'
import { traceRequestBegin, traceRequestEnd } from './ztrace.js'

//trace:event traceRequestBegin(id: number, path: string)
//trace:event traceRequestEnd(id: number, status: number)

const queries: Readonly<Record<string, readonly [sql: string, ms: number]>> = {
	'/user': ['select * from users where id = $1', 1],
	'/report': ['select region, sum(total) from orders group by region', 10],
}

/** Knows nothing of recorders: it signals what happens. */
export function makeServer(): Server {
	const store = new Store(4)
	let requests = 0
	return createServer((request, response) => void answer(++requests, store, request, response))
}

async function answer(
	id: number,
	store: Store,
	{ url = '' }: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	traceRequestBegin(id, url)
	const query = queries[url]
	if (query === undefined) response.statusCode = 404
	else response.write(`${await store.query(...query)} rows`)
	response.end('\n', () => traceRequestEnd(id, response.statusCode))
}
