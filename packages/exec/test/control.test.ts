import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { region, task } from '@tsgotrace/exec'
import { startTrace, type TraceOptions } from '@tsgotrace/exec/control'
import { events } from '@tsgotrace/runtime'
import { readTrace } from '@tsgotrace/trace/read'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkTraceOptions } from '../src/control/options.js'
import { shared } from '../src/realm.js'
import { whyNoStates } from '../src/states/support.js'
import { sleep } from './events.js'

// Processors may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 })
const until = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 50_000 })

const canStates = whyNoStates() === null
const present = shared('trace', (): { to: string | null } => ({ to: null }))

let dir: string
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-control-'))
})
afterEach(() => {
	rmSync(dir, { recursive: true })
	// Of a test that failed.
	present.to = null
})

/** Names of what is in a trace, and how often; of tasks with their names. */
async function contents(path: string): Promise<Map<string, number>> {
	const found = new Map<string, number>()
	for await (const items of readTrace(path).batches())
		for (const item of items) {
			if (!('id' in item)) continue
			const key =
				item.id.endsWith(':traceTaskBegin') && 'args' in item
					? `task ${JSON.stringify(item.args['name']).slice(1, -1)}`
					: item.id.split(':')[1]!
			found.set(key, (found.get(key) ?? 0) + 1)
		}
	return found
}

const listeners = (): Record<string, number> =>
	Object.fromEntries(process.eventNames().map(name => [String(name), process.listenerCount(name)]))

describe('startTrace', () => {
	it('records tasks and the thread to a file, and leaves nothing installed', async () => {
		// The recorder's own listeners of the process stay.
		startTrace({ to: () => {} }).stop()
		const before = listeners()
		const to = join(dir, 'out.perfetto-trace')
		const trace = startTrace({ to })
		await task('job', () => region('part', () => sleep(250)))
		expect(trace.stats.recorded).toBeGreaterThan(4)
		trace.stop()
		trace.stop()
		expect(listeners()).toEqual(before)
		const found = await contents(to)
		expect(found.get('task job')).toBe(1)
		for (const name of ['traceTaskEnd', 'traceRegionBegin', 'traceHeapUsedCount', 'traceLoopBusyCount'])
			expect([...found.keys()]).toContain(name)
	})

	it.each([
		['tasks', /^traceSampling|^traceFollow|^traceTask|^traceRegion|^traceLog|^traceCall/],
		['wakes', /^traceWake$/],
		['stalls', /^traceStall/],
		['cpu', /^traceCpuSample/],
		['gc', /^traceGc/],
		['heap', /^trace(Heap|Rss|External)/],
		['loop', /^trace(Loop|ThreadCpu|ProcessCpu|OffCpu)/],
	] as const)('with %s: false nothing listens to these events, and something does to the others', (name, left) => {
		const trace = startTrace({
			to: () => {},
			events: [],
			cpu: '10ms',
			...(canStates && name !== 'tasks' && { states: 'coarse', wakes: true, stalls: true }),
			[name]: false,
		})
		const own = events().filter(({ id }) => id.startsWith('@tsgotrace/exec/'))
		const heard = own.filter(({ probes }) => probes !== null).map(({ id }) => id)
		trace.stop()
		const expected = own
			.map(({ id }) => id)
			.filter(id => !left.test(id.split(':')[1]!))
			.filter(id => (canStates && name !== 'tasks') || !/^@tsgotrace\/exec\/(states|stalls):/.test(id))
		expect(heard).toEqual(expected)
		expect(own.filter(({ probes }) => probes !== null)).toEqual([])
	})

	it('records with using, and one trace at a time', async () => {
		const first = startTrace({ to: join(dir, 'a.perfetto-trace') })
		expect(() => startTrace({ to: join(dir, 'b.perfetto-trace') })).toThrow(
			/a trace already runs, to .*a\.perfetto-trace\n {2}hint: stop it first/,
		)
		expect(existsSync(join(dir, 'b.perfetto-trace'))).toBe(false)
		first[Symbol.dispose]()
		startTrace({ to: join(dir, 'b.perfetto-trace') }).stop()
		// Another copy of the package knows of it.
		vi.resetModules()
		const other = await import('@tsgotrace/exec/control')
		const second = startTrace({ to: { ring: 1 << 20, signal: false } })
		expect(() => other.startTrace({ to: join(dir, 'c.perfetto-trace') })).toThrow('a trace already runs, to a ring')
		second.stop()
	})

	it('that could not start does not keep another one from it', () => {
		expect(() => startTrace({ to: join(dir, 'a.perfetto-trace'), limits: { string: -1 } })).toThrow(RangeError)
		startTrace({ to: join(dir, 'a.perfetto-trace') }).stop()
	})
})

describe('options', () => {
	it.each([
		[undefined, /give options, such as \{ to:/],
		[{}, /'to' must say where the trace goes/],
		[{ to: 'a', task: true }, /there is no option 'task'; there are .*tasks/],
		[{ to: 'a', states: true }, /'states' must be 'exact', 'coarse' or false, not true/],
		[{ to: 'a', wakes: true }, /'wakes' reports who ends waits, so it needs states/],
		[{ to: 'a', states: 'exact', tasks: false }, /'states' and 'stalls' need tasks: true/],
		[{ to: 'a', cpu: true }, /'cpu' must be the time between two samples, such as '10ms', or false, not true/],
		[{ to: 'a', cpu: '10us' }, /'cpu' must be from 100us to 1s, not "10us"/],
		[{ to: 'a', gc: 'yes' }, /'gc' must be true or false, not "yes"/],
		[{ to: { ring: 1 << 20, slowTask: -1 } }, /to\.slowTask must be 0 or more milliseconds, not -1/],
		[{ to: { ring: 1 << 20, slowTask: { 'GET /': '5' } } }, /to\.slowTask\['GET \/'\] must be 0 or more milliseconds/],
		[{ to: { ring: 1 << 20, loopDelay: Number.NaN } }, /to\.loopDelay must be 0 or more milliseconds/],
	])('%j is refused at once', (options, message) => {
		expect(() => startTrace(options as unknown as TraceOptions)).toThrow(message)
		// Nothing runs.
		startTrace({ to: () => {} }).stop()
	})

	it('states are refused on a Node that cannot follow them at a low price', () => {
		expect(() => checkTraceOptions({ to: 'a', states: 'exact' }, '24.12.0')).toThrow(
			/startTrace: The states of tasks are not followed on Node 24\.12\.0/,
		)
		if (!canStates)
			expect(() => startTrace({ to: 'a', states: 'exact' })).toThrow(/its hooks make every promise slower/)
	})

	it('tasks are refused on a Node on which they may end the program, and nothing else is', () => {
		expect(() => checkTraceOptions({ to: 'a' }, '22.21.1')).toThrow(
			/on Node 22\.21\.1 .*CVE-2025-59466\)\n {2}hint: use Node 20\.20, 22\.22, 24 or newer/,
		)
		checkTraceOptions({ to: 'a', tasks: false }, '22.21.1')
		checkTraceOptions({ to: 'a' }, '22.22.0')
	})
})

describe('a ring', () => {
	it('is written when it is asked for, and goes on', async () => {
		const trace = startTrace({ to: { ring: 1 << 20, signal: false } })
		await task('first', () => sleep(1))
		const one = await trace.dump(join(dir, 'one.perfetto-trace'))
		await task('second', () => sleep(1))
		const two = await trace.dump(join(dir, 'two.perfetto-trace'))
		trace.stop()
		expect((await contents(one)).has('task second')).toBe(false)
		expect([...(await contents(two)).keys()]).toEqual(expect.arrayContaining(['task first', 'task second']))
	})

	it('is written when a task was slow, by its name in the end, and not again within seconds', async () => {
		const trace = startTrace({
			to: {
				ring: 1 << 20,
				signal: false,
				dumpTo: join(dir, 'slow-%n.perfetto-trace'),
				slowTask: { slow: 5, '*': 60_000 },
			},
		})
		await task('quick', () => sleep(20))
		expect(readdirSync(dir)).toEqual([])
		for (const name of ['one', 'two'])
			await task(name, async inside => {
				inside!.rename('slow')
				await sleep(20)
			})
		await until(() => expect(readdirSync(dir)).toEqual(['slow-0.perfetto-trace']))
		// Writes what is left of the dump.
		trace.stop()
		const found = await contents(join(dir, 'slow-0.perfetto-trace'))
		expect(found.has('task quick')).toBe(true)
		expect(readdirSync(dir)).toEqual(['slow-0.perfetto-trace'])
	})

	it('is written when the loop was late', async () => {
		const trace = startTrace({
			to: { ring: 1 << 20, signal: false, dumpTo: join(dir, 'late-%n.perfetto-trace'), loopDelay: 20 },
		})
		const stalls = setInterval(() => {
			for (const until = performance.now() + 50; performance.now() < until; );
		}, 5)
		await until(() => expect(readdirSync(dir)).toEqual(['late-0.perfetto-trace']))
		clearInterval(stalls)
		trace.stop()
		expect([...(await contents(join(dir, 'late-0.perfetto-trace'))).keys()]).toContain('traceLoopDelayCount')
	})
})
