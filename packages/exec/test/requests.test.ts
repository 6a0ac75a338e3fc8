// Requests are tasks, without a change of the server or of the client.
import http, { type RequestListener, type Server } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { configureTasks, currentTask, task } from '@tsgotrace/exec'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Heard, hear, sleep } from './events.js'
import { expressApp, fastify, hono } from './frameworks.mjs'

const major = Number(process.versions.node.split('.')[0])
const closers: (() => unknown)[] = []
afterEach(async () => {
	configureTasks({ requests: true, calls: true, propagate: false })
	for (const close of closers.splice(0)) await close()
})

/** @returns the origin */
async function listen(server: Server): Promise<string> {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
	closers.push(() => {
		server.closeAllConnections()
		return new Promise(resolve => server.close(resolve))
	})
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serverOf = (handler: (...args: Parameters<RequestListener>) => unknown): Promise<string> =>
	listen(http.createServer((request, response) => void handler(request, response)))

/** An origin that refuses connections. */
async function originOfNobody(): Promise<string> {
	const server = http.createServer()
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
	const { port } = server.address() as AddressInfo
	await new Promise(resolve => server.close(resolve))
	return `http://127.0.0.1:${port}/`
}

/** A request of node:http: [status, body]. */
function get(url: string, options: http.RequestOptions = {}): Promise<[number, string]> {
	return new Promise((resolve, reject) => {
		const request = http.request(url, options, response => {
			let body = ''
			response.on('data', chunk => (body += chunk)).on('end', () => resolve([response.statusCode!, body]))
		})
		request.on('error', reject).end()
	})
}

/** Lines that begin with `what` are there: on a busy machine a server may notice later than its client. */
async function until({ lines }: Heard, what: string, count = 1): Promise<void> {
	await vi.waitFor(() => expect(lines.filter(line => line.startsWith(what)).length).toBeGreaterThanOrEqual(count), {
		timeout: 50_000,
		interval: 5,
	})
}

describe('an incoming request', () => {
	it('is a task, in its handler and all that this begins', async () => {
		const seen: unknown[] = []
		const origin = await serverOf(async (_, response) => {
			seen.push(currentTask()?.name)
			await sleep(2)
			seen.push(currentTask()?.name)
			response.on('finish', () => seen.push(currentTask()?.name)).end('ok')
		})
		using heard = hear(/Task/)
		expect(await get(`${origin}/item/42?q=1`, { headers: { 'x-request-id': 'r1' } })).toEqual([200, 'ok'])
		await until(heard, 'TaskEnd')
		expect(heard.lines).toEqual([
			'TaskBegin #1 GET /item/:id request 0',
			'TaskIds #1 {"request":"r1"}',
			'TaskEnd #1 returned 200',
		])
		expect(seen).toEqual(['GET /item/:id', 'GET /item/:id', 'GET /item/:id'])
	})

	it.each([false, true])('many at once, on connections that stay open (%s), each have their own', async keepAlive => {
		const origin = await serverOf(async (request, response) => {
			const own = currentTask()
			for (let i = 0; i < 5; i++) await sleep(Math.random() * 4)
			response.end(JSON.stringify([request.url, own === currentTask(), own?.id]))
		})
		using heard = hear(/Task/)
		const agent = new http.Agent({ keepAlive, maxSockets: 4 })
		const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => get(`${origin}/a${i}x`, { agent })))
		agent.destroy()
		const parsed = answers.map(([, body]) => JSON.parse(body) as [string, boolean, number])
		expect(parsed.map(([url, same]) => [url, same])).toEqual(parsed.map((_, i) => [`/a${i}x`, true]))
		expect(new Set(parsed.map(([, , id]) => id)).size).toBe(60)
		await until(heard, 'TaskEnd', 60)
		expect(heard.lines.filter(line => line.startsWith('TaskEnd'))).toHaveLength(60)
	})

	it('that the client gives up was aborted', async () => {
		const origin = await serverOf(() => {})
		using heard = hear(/Task/)
		const request = http.get(origin).on('error', () => {})
		await until(heard, 'TaskBegin')
		request.destroy()
		await until(heard, 'TaskEnd')
		expect(heard.lines).toEqual(['TaskBegin #1 GET / request 0', 'TaskEnd #1 aborted 200'])
	})

	it('continues the trace and the baggage of its caller', async () => {
		const origin = await serverOf((_, response) =>
			response.end(JSON.stringify([currentTask()!.traceparent.traceId, currentTask()!.baggage])),
		)
		using heard = hear(/TaskLink/)
		const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
		const [, body] = await get(origin, { headers: { traceparent, baggage: 'tenant=t1' } })
		expect(JSON.parse(body)).toEqual(['0af7651916cd43dd8448eb211c80319c', { tenant: 't1' }])
		expect(heard.lines).toEqual([`TaskLink #1 ${traceparent}`])
	})

	it('leaves nothing behind in what comes after it, and none is a task when that is switched off', async () => {
		const origin = await serverOf((_, response) => response.end(currentTask()?.name ?? 'no task'))
		using heard = hear(/Task/)
		expect(await get(origin)).toEqual([200, 'GET /'])
		await until(heard, 'TaskEnd')
		expect(currentTask()).toBe(null)
		await new Promise<void>(resolve => setTimeout(() => (expect(currentTask()).toBe(null), resolve()), 1))
		heard.take()
		configureTasks({ requests: false })
		expect((await get(origin))[1]).toBe('no task')
		expect(heard.lines).toEqual([])
	})

	it('of http2 is a task too', { skip: major < 22 }, async () => {
		const answer = async (response: http2.Http2ServerResponse): Promise<void> => {
			await sleep(1)
			response.writeHead(201).end(`${currentTask()?.name} of ${currentTask()?.ids['request']}`)
		}
		const server = http2.createServer((_, response) => void answer(response))
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
		const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
		using heard = hear(/Task(Begin|End)/)
		const ask = (path: string): Promise<string> =>
			new Promise((resolve, reject) => {
				let body = ''
				client
					.request({ ':path': path, 'x-request-id': path.slice(1) })
					.setEncoding('utf8')
					.on('data', (chunk: string) => (body += chunk))
					.on('end', () => resolve(body))
					.on('error', reject)
			})
		expect(await Promise.all([ask('/a/1'), ask('/b')])).toEqual(['GET /a/:id of a/1', 'GET /b of b'])
		client.close()
		await new Promise(resolve => server.close(resolve))
		expect(heard.lines.map(line => line.replace(/#\d+ /, '')).sort()).toEqual([
			'TaskBegin GET /a/:id request 0',
			'TaskBegin GET /b request 0',
			'TaskEnd returned 201',
			'TaskEnd returned 201',
		])
	})
})

describe('names come from the route', () => {
	const ends = (lines: readonly string[]): string[] => {
		const names = new Map<string, string>()
		for (const line of lines) {
			const [, id, name] = /^Task(?:Begin|Name) (#\d+) (.+?)(?: request \d+)?$/.exec(line) ?? []
			if (id !== undefined) names.set(id, name!)
		}
		return lines.flatMap(line => {
			const [, id, status] = /^TaskEnd (#\d+) \w+ (\d+)$/.exec(line) ?? []
			return id === undefined ? [] : [`${names.get(id)} ${status}`]
		})
	}
	it.each([
		['fastify', fastify, ['GET /api/items/:id 200', 'GET /nope/:id 404', 'GET /api/boom 500']],
		['express, through routers', expressApp, ['GET /api/items/:id 200', 'GET /nope/:id 404', 'GET /api/boom 500']],
		// It publishes nothing: from the path.
		['hono', hono, ['GET /api/items/:id 200', 'GET /nope/:id 404', 'GET /api/boom 500']],
	])('of %s', async (_, start, expected) => {
		const server = await start()
		closers.push(() => server.close())
		const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
		using heard = hear(/Task(Begin|End)/)
		expect(await get(`${origin}/api/items/42`)).toEqual([200, 'request'])
		for (const path of ['/nope/7', '/api/boom']) await get(origin + path)
		await until(heard, 'TaskEnd', expected.length)
		expect(ends(heard.lines)).toEqual(expected)
	})
})

describe('an outgoing request', () => {
	it.each(['http', 'fetch'])('by %s is a call of the task, with its target', async by => {
		const origin = await serverOf((_, response) => void response.writeHead(202).end('x'))
		const gone = await originOfNobody()
		using heard = hear(/Call|TaskBegin/)
		const ask = async (url: string): Promise<unknown> => (by === 'http' ? get(url) : (await fetch(url)).text())
		await task('job', async () => {
			await ask(`${origin}/user/7`)
			await ask(gone).catch(() => {})
		})
		await until(heard, 'CallEnd', 2)
		const own = heard.lines
			.filter(line => line.startsWith('Call'))
			.map(line => line.replace(/:\d+/, ':PORT').replace(/#\d+/g, '#'))
		expect(own.slice(0, 2)).toEqual(['CallBegin # GET http://127.0.0.1:PORT/user/:id #', 'CallEnd # returned 202'])
		expect(own.slice(2)).toEqual([
			'CallBegin # GET http://127.0.0.1:PORT/ #',
			expect.stringMatching(/^CallEnd # threw /),
		])
	})

	it.each(['http', 'fetch'])('by %s carries the trace context, where that is wanted', {
		skip: major < 22,
	}, async by => {
		const origin = await serverOf((request, response) => response.end(JSON.stringify(request.headers)))
		const ask = async (headers: Record<string, string> = {}): Promise<Record<string, string>> =>
			JSON.parse(
				by === 'http' ? (await get(origin, { headers }))[1] : await (await fetch(origin, { headers })).text(),
			) as Record<string, string>
		using _ = hear()
		await task(
			'job',
			async own => {
				expect(await ask()).not.toHaveProperty('traceparent')
				configureTasks({ propagate: asked => asked === origin })
				expect(await ask()).toMatchObject({ traceparent: own!.traceparent.text, baggage: 'tenant=t%201' })
				expect(await ask({ traceparent: 'own' })).toMatchObject({ traceparent: 'own' })
				configureTasks({ propagate: () => false })
				expect(await ask()).not.toHaveProperty('traceparent')
			},
			{ baggage: { tenant: 't 1' } },
		)
	})
})

it('options that are not valid say so', () => {
	expect(() => configureTasks({ request: true } as never)).toThrow(
		"configureTasks: there is no option 'request'; there are requests, calls, main, timers, messages, signals, propagate",
	)
	expect(() => configureTasks({ toString: true } as never)).toThrow("there is no option 'toString'")
	expect(() => configureTasks({ calls: 1 } as never)).toThrow("configureTasks: 'calls' must be true or false")
})
