import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { configureStates, currentTask, task } from '@tsgotrace/exec'
import {
	startTrace,
	type TraceHandler,
	type TraceHandlerOptions,
	traceHandler,
	traceServer,
} from '@tsgotrace/exec/control'
import { events } from '@tsgotrace/runtime'
import { readTrace } from '@tsgotrace/trace/read'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isProfiling } from '../src/control/profile.js'
import { stateOptions } from '../src/states/options.js'
import { whyNoStates } from '../src/states/support.js'
import { collect } from './lost/proofs.js'

// Processors may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 })
const until = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 50_000 })

const token = 'a token of more than 16'
const servers: http.Server[] = []
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.close()
		server.closeAllConnections()
	}
})

/** A server with the handler, and a page of its own. */
async function serve(options: TraceHandlerOptions = {}): Promise<number> {
	const handler = traceHandler(options)
	const server = http.createServer((request, response) =>
		handler(request, response, () => response.end(`page ${currentTask()?.name}`)),
	)
	servers.push(server)
	await once(server.listen(0, '127.0.0.1'), 'listening')
	return (server.address() as AddressInfo).port
}

interface Got {
	readonly status: number
	readonly headers: IncomingHttpHeaders
	readonly body: Buffer
}

function get(port: number, path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Got> {
	return new Promise((resolve, reject) => {
		const request = http.request({ port, host: '127.0.0.1', path, headers, method, agent: false }, response => {
			const chunks: Buffer[] = []
			response.on('data', (chunk: Buffer) => chunks.push(chunk))
			response.on('end', () =>
				resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
			)
		})
		request.on('error', reject)
		request.end()
	})
}

/** A request without waiting for its response. */
function leave(port: number, path: string): http.ClientRequest {
	return http.get({ port, host: '127.0.0.1', path, agent: false }).on('error', () => {})
}

const isRecorded = (): boolean =>
	events().some(({ id, probes }) => id.startsWith('@tsgotrace/exec/') && probes !== null)

async function taskNames(bytes: Uint8Array): Promise<unknown[]> {
	const names: unknown[] = []
	for await (const item of readTrace(bytes))
		if ('args' in item && item.id.endsWith(':traceTaskBegin')) names.push(item.args['name'])
	return names
}

/** A trace of a request that comes meanwhile; of longer if none came in time, as the processors were busy. */
async function traceOf(
	port: number,
	format: string,
	page: string,
	seen: (body: Buffer) => unknown,
): Promise<Got & { readonly answer: string }> {
	for (const seconds of [1, 5, 25]) {
		const traced = get(port, `/debug/trace?seconds=${seconds}&format=${format}`)
		await until(() => expect(isRecorded()).toBe(true))
		const answer = (await get(port, page)).body.toString()
		const got = await traced
		if ((await seen(got.body)) === true) return { ...got, answer }
	}
	throw new Error(`${page} is in no trace`)
}

describe('/debug/trace', () => {
	it('is a trace of what happens meanwhile, and nothing is on before and after', async () => {
		const port = await serve()
		expect((await get(port, '/')).body.toString()).toBe('page undefined')
		const { status, headers, body, answer } = await traceOf(
			port,
			'perfetto',
			'/pages/1',
			async bytes => (await taskNames(bytes)).length > 0,
		)
		expect(answer).toBe('page GET /pages/:id')
		expect([status, headers['content-type'], headers['cache-control']]).toEqual([
			200,
			'application/octet-stream',
			'no-store',
		])
		expect(headers['content-disposition']).toBe('attachment; filename="trace.perfetto-trace"')
		expect(await taskNames(body)).toEqual(['GET /pages/:id'])
		expect(isRecorded()).toBe(false)
	})

	it('is converted for Chrome and Go', async () => {
		const port = await serve({ trace: { loop: false, heap: false, gc: false } })
		const { headers, body } = await traceOf(port, 'chrome', '/one', bytes => bytes.includes('GET /one'))
		expect(headers['content-type']).toBe('application/json')
		expect(JSON.stringify(JSON.parse(body.toString()))).toContain('GET /one')
		const go = await get(port, '/debug/trace?seconds=0.1&format=go')
		expect(go.body.subarray(0, 3).toString()).toBe('go ')
	})

	it('is refused to a second one meanwhile, and while the program records one itself', async () => {
		const port = await serve()
		const first = leave(port, '/debug/trace?seconds=200')
		await until(() => expect(isRecorded()).toBe(true))
		const second = await get(port, '/debug/trace?seconds=0.1&format=chrome')
		expect(second.status).toBe(409)
		expect(second.body.toString()).toContain('a trace already runs')
		first.destroy()
		await until(() => expect(isRecorded()).toBe(false))
		const own = startTrace({ to: () => {} })
		expect((await get(port, '/debug/trace?seconds=0.1')).status).toBe(409)
		own.stop()
		expect((await get(port, '/debug/trace?seconds=0.1')).status).toBe(200)
	})

	it('is switched off when the client goes away, whatever it waits for', async () => {
		const port = await serve()
		for (const format of ['perfetto', 'chrome']) {
			const request = leave(port, `/debug/trace?seconds=200&format=${format}`)
			await until(() => expect(isRecorded()).toBe(true))
			request.destroy()
			await until(() => expect(isRecorded()).toBe(false))
		}
		expect((await get(port, '/debug/trace?seconds=0.1')).status).toBe(200)
	})

	it.each([
		['/debug/trace?seconds=0', "seconds must be more than 0 and at most 300, not '0'"],
		['/debug/trace?seconds=', "not ''"],
		['/debug/trace?seconds=1e9', 'at most 300'],
		['/debug/trace?format=pprof', "there is no format 'pprof'; there are perfetto, chrome, go"],
		['/debug/profile?type=heap', "there is no profile of type 'heap'; there are cpu, net, sync, fs"],
	])('%s is a bad request', async (path, message) => {
		const { status, body } = await get(await serve(), path)
		expect(status).toBe(400)
		expect(body.toString()).toContain(message)
		expect(isRecorded()).toBe(false)
	})

	it('is read only, and other paths are those of the program', async () => {
		const port = await serve()
		expect((await get(port, '/debug/trace', {}, 'POST')).status).toBe(405)
		expect((await get(port, '/debug/traces')).body.toString()).toBe('page undefined')
	})
})

describe('/debug/profile', () => {
	it('is a profile of V8 that has what ran', async () => {
		const port = await serve()
		const burnt = setInterval(() => spinForTheProfile(), 1)
		const { headers, body } = await get(port, '/debug/profile?seconds=0.5')
		clearInterval(burnt)
		expect(headers['content-disposition']).toBe('attachment; filename="profile.cpuprofile"')
		const { nodes, samples } = JSON.parse(body.toString()) as {
			nodes: { callFrame: { functionName: string } }[]
			samples: number[]
		}
		expect(samples.length).toBeGreaterThan(0)
		expect(nodes.map(({ callFrame }) => callFrame.functionName)).toContain('spinForTheProfile')
	})

	it('is taken for one at a time, and switched off when the client goes away', async () => {
		const port = await serve()
		const request = leave(port, '/debug/profile?seconds=200')
		await until(() => expect(isProfiling()).toBe(true))
		const second = await get(port, '/debug/profile?seconds=0.01')
		expect([second.status, second.body.toString()]).toEqual([409, 'a profile is already being taken\n'])
		request.destroy()
		await until(() => expect(isProfiling()).toBe(false))
		expect((await get(port, '/debug/profile?seconds=0.01')).status).toBe(200)
	})
})

function spinForTheProfile(): void {
	for (const until = performance.now() + 5; performance.now() < until; );
}

describe('/debug/profile of waits', () => {
	it('has the places where tasks waited for it, and leaves nothing installed', async () => {
		const port = await serve()
		const before = stateOptions()
		const path = '/debug/profile?type=fs&seconds=3'
		if (whyNoStates() !== null) {
			const { status, body } = await get(port, path)
			expect([status, body.toString()]).toEqual([501, `${whyNoStates()}\n`])
			return
		}
		let over = false
		const first = get(port, path).finally(() => (over = true))
		await until(() => expect(isRecorded()).toBe(true))
		expect((await get(port, path)).status).toBe(409)
		while (!over) await task('reads', () => readFile(import.meta.filename))
		const { status, headers, body } = await first
		expect([status, headers['content-disposition']]).toEqual([200, 'attachment; filename="fs.pb.gz"'])
		const texts = gunzipSync(body).toString('latin1')
		expect(texts).toContain('waiting for fs')
		expect(texts).toContain('reads')
		expect(texts).toContain('http.test')
		expect([isRecorded(), stateOptions()]).toEqual([false, before])
	})
})

describe('/debug/tasks', () => {
	it('says what each task does where states are followed, and where it waits if that is looked up', async () => {
		if (whyNoStates() !== null) return
		const trace = startTrace({ to: () => {}, states: 'exact', events: [] })
		configureStates({ sites: 1 })
		const port = await serve()
		let end = (): void => {}
		const waits = task('waits', async () => {
			await new Promise<void>(resolve => (end = resolve))
		})
		const { states, tasks } = JSON.parse((await get(port, '/debug/tasks')).body.toString()) as {
			states: boolean
			tasks: { name: string; state: string; waitingMs: number; await: string | null }[]
		}
		end()
		await waits
		trace.stop()
		configureStates({ sites: 100 })
		expect(states).toBe(true)
		const found = tasks.find(({ name }) => name === 'waits')!
		expect(found.state).toBe('waiting')
		expect(found.waitingMs).toBeGreaterThan(0)
		expect(found.await).toMatch(/http\.test\.ts:\d+:\d+$/)
	})

	it('lists running tasks while a probe is attached, except that of the request itself', async () => {
		const port = await serve()
		expect(JSON.parse((await get(port, '/debug/tasks')).body.toString())).toMatchObject({ following: false, tasks: [] })
		const traced = leave(port, '/debug/trace?seconds=200')
		await until(() => expect(isRecorded()).toBe(true))
		const handler = traceHandler()
		let end = (): void => {}
		const waiting = http.createServer((request, response) => {
			if (request.url === '/slow') end = () => response.end()
			else handler(request, response)
		})
		servers.push(waiting)
		await once(waiting.listen(0, '127.0.0.1'), 'listening')
		const other = (waiting.address() as AddressInfo).port
		const slow = get(other, '/slow')
		await until(async () => {
			const { following, tasks } = JSON.parse((await get(other, '/debug/tasks')).body.toString()) as {
				following: boolean
				tasks: { name: string }[]
			}
			expect(following).toBe(true)
			expect(tasks.map(({ name }) => name)).toEqual(['GET /slow'])
		})
		end()
		await slow
		traced.destroy()
		await until(() => expect(isRecorded()).toBe(false))
	})
})

describe('/debug/lost', () => {
	it('counts the tasks that can never end, with the places where they began', async () => {
		const port = await serve()
		const read = async (): Promise<{
			following: boolean
			total: number
			tasks: { name: string; begun: string }[]
			hint: string
		}> => JSON.parse((await get(port, '/debug/lost')).body.toString()) as never
		const { following, total, hint } = await read()
		expect(following).toBe(false)
		expect(hint).toMatch(/tasks are followed while a probe is attached/)
		const traced = leave(port, '/debug/trace?seconds=200')
		await until(() => expect(isRecorded()).toBe(true))
		const begin = (): void => void task('lost for good', () => new Promise(() => {}))
		begin()
		await until(async () => {
			collect()
			expect(await read()).toMatchObject({ following: true, total: total + 1 })
		})
		const { tasks } = await read()
		expect(tasks.at(-1)).toMatchObject({
			name: 'lost for good',
			begun: expect.stringMatching(/http\.test\.ts:\d+:\d+$/),
		})
		traced.destroy()
		await until(() => expect(isRecorded()).toBe(false))
	})
})

describe('access', () => {
	const tasks = '/debug/tasks'

	it('without a token is for this machine, and no proxy or page of another site', async () => {
		const port = await serve()
		expect((await get(port, tasks)).status).toBe(200)
		for (const headers of [
			{ 'x-forwarded-for': '10.0.0.1' },
			{ forwarded: 'for=10.0.0.1' },
			{ host: 'evil.example' },
			{ host: 'localhost.evil.example:80' },
			{ 'sec-fetch-site': 'cross-site' },
		]) {
			const { status, body } = await get(port, tasks, headers)
			expect([headers, status]).toEqual([headers, 403])
			expect(body.toString()).toContain('hint: traceHandler({ token })')
		}
		expect((await get(port, tasks, { host: `localhost:${port}` })).status).toBe(200)
		expect((await get(port, tasks, { host: '[::1]:80', 'sec-fetch-site': 'same-origin' })).status).toBe(200)
	})

	it('with a token is for who has it', async () => {
		const port = await serve({ token })
		for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }])
			expect((await get(port, tasks, headers)).status).toBe(401)
		expect((await get(port, `${tasks}?token=${encodeURIComponent(token.slice(1))}`)).status).toBe(401)
		expect((await get(port, tasks, { authorization: `Bearer ${token}`, 'x-forwarded-for': '10.0.0.1' })).status).toBe(
			200,
		)
		expect((await get(port, `${tasks}?token=${encodeURIComponent(token)}`)).status).toBe(200)
	})

	it('is checked when the handler or the server is made', async () => {
		expect(() => traceHandler({ token: 'short' })).toThrow(
			/token must be a string of at least 16 characters\n {2}hint: openssl/,
		)
		expect(() => traceHandler({ tokens: token } as TraceHandlerOptions)).toThrow(
			"there is no option 'tokens'; there are token, trace",
		)
		expect(() => traceHandler({ trace: { to: 'a' } as object })).toThrow('it has no option to')
		expect(() => traceHandler({ trace: { gcs: true } as object })).toThrow("there is no option 'gcs'")
		for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org'])
			expect(() => traceServer({ port: 0, host })).toThrow(/other machines can reach .*\n {2}hint: give a token/)
		const server = traceServer({ port: 0, host: '0.0.0.0', token })
		servers.push(server)
		await once(server, 'listening')
		expect((await get((server.address() as AddressInfo).port, tasks)).status).toBe(401)
	})
})

describe('a Request', () => {
	const ask = (handler: TraceHandler, path: string, init?: RequestInit): Promise<Response> =>
		handler(new Request(`https://example.org${path}`, init))
	const authorized = { headers: { authorization: `Bearer ${token}` } }

	it('is answered as such, with a token', async () => {
		const handler = traceHandler({ token })
		expect((await ask(handler, '/debug/tasks')).status).toBe(401)
		expect((await ask(handler, '/other', authorized)).status).toBe(404)
		const response = await ask(handler, '/debug/trace?seconds=0.1', authorized)
		expect(response.status).toBe(200)
		expect(await taskNames(new Uint8Array(await response.arrayBuffer()))).toEqual([])
		expect(isRecorded()).toBe(false)
		expect((await ask(traceHandler(), '/debug/tasks')).status).toBe(403)
	})

	it('ends what it began when its response is cancelled, or it is aborted', async () => {
		const handler = traceHandler({ token })
		const response = await ask(handler, '/debug/trace?seconds=200', authorized)
		expect(isRecorded()).toBe(true)
		await response.body!.cancel()
		expect(isRecorded()).toBe(false)
		const controller = new AbortController()
		await ask(handler, '/debug/trace?seconds=200', { ...authorized, signal: controller.signal })
		expect(isRecorded()).toBe(true)
		controller.abort()
		expect(isRecorded()).toBe(false)
	})
})
