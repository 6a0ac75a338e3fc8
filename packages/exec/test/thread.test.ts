import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
import { afterEach, expect, it } from 'vitest'
import '@tsgotrace/exec'

type Values = readonly unknown[]

const group = new ProbeGroup()
afterEach(() => group.done())

/** Calls of events of the thread, by name, until there are `enough`. */
async function heard(
	names: readonly string[],
	enough: (calls: ReadonlyMap<string, Values[]>) => boolean,
): Promise<ReadonlyMap<string, Values[]>> {
	const calls = new Map<string, Values[]>()
	await new Promise<void>(resolve => {
		// Our own ones keep no process alive.
		const alive = setInterval(() => {}, 1000)
		setup(() => {
			for (const name of names) {
				const event = events().find(({ id }) => id === `@tsgotrace/exec/thread:${name}`)
				if (event === undefined) throw new Error(`no event ${name}`)
				attachProbe(group, event, (...args) => {
					calls.set(name, [...(calls.get(name) ?? []), args])
					if (!enough(calls)) return
					clearInterval(alive)
					resolve()
				})
			}
		})
	})
	group.done()
	return calls
}

const counters = events()
	.map(({ id }) => /^@tsgotrace\/exec\/thread:(trace\w+Count)$/.exec(id)?.[1])
	.filter(name => name !== undefined)
const ofNewNodes = ['traceThreadCpuCount', 'traceOffCpuCount']

it('reads the counters of the thread while a probe is attached, each in its unit', async () => {
	const hasThreadCpu = 'threadCpuUsage' in process
	// vitest's own workers are threads or processes: what belongs to the process is read by its main thread.
	const wanted = counters.filter(name => hasThreadCpu || !ofNewNodes.includes(name))
	expect(wanted.length).toBeGreaterThanOrEqual(7)
	const calls = await heard(wanted, so => wanted.every(name => (so.get(name)?.length ?? 0) >= 2))
	const { heapUsed, heapTotal } = process.memoryUsage()
	for (const [name, values] of calls)
		for (const [value] of values as [number][]) {
			expect(value, name).toBeGreaterThanOrEqual(0)
			if (/Busy|OffCpu/.test(name)) expect(value, name).toBeLessThanOrEqual(100)
			// Of the same size, not the same: it goes on changing.
			if (name === 'traceHeapUsedCount') expect(value).toBeLessThan(20 * heapUsed)
			if (name === 'traceHeapTotalCount') expect(value).toBeGreaterThan(heapTotal / 20)
		}
})

it('reports a garbage collection with its kind, its pause and when it was', async () => {
	setFlagsFromString('--expose-gc')
	const gc = runInNewContext('gc') as () => void
	const asked = heard(['traceGcDone'], calls => calls.get('traceGcDone')!.some(([, , , forced]) => forced === true))
	const before = performance.now()
	gc()
	const calls = await asked
	const [ms, kind, ago] = calls.get('traceGcDone')!.find(([, , , forced]) => forced === true) as [
		number,
		string,
		number,
		boolean,
	]
	expect(kind).toBe('major')
	expect(ms).toBeGreaterThan(0)
	// It began after it was asked for, and ended before it was reported.
	expect(ms + ago).toBeLessThanOrEqual(performance.now() - before + 1)
	expect(ago).toBeGreaterThanOrEqual(0)
})

it('reports how late the loop was in a second, and in a tenth of it', async () => {
	const listening = heard(['traceLoopDelay', 'traceLoopDelayCount'], calls =>
		(calls.get('traceLoopDelay') ?? []).some(([, , max]) => (max as number) > 30),
	)
	// Each turn of the loop is late, until it was noticed: the monitor itself may begin late.
	const stalls = setInterval(() => {
		for (const until = performance.now() + 60; performance.now() < until; );
	}, 5)
	const calls = await listening
	clearInterval(stalls)
	for (const [p50, p99, max] of calls.get('traceLoopDelay') as [number, number, number][]) {
		expect(p50).toBeLessThanOrEqual(p99)
		expect(p99).toBeLessThanOrEqual(max)
	}
	expect(Math.max(...(calls.get('traceLoopDelayCount') as [number][]).map(([ms]) => ms))).toBeGreaterThan(30)
})

it('reports a stall that begins right after a reading', async () => {
	const stall = () => {
		for (const until = performance.now() + 200; performance.now() < until; );
	}
	const calls = await heard(['traceLoopDelayCount'], so => {
		const readings = so.get('traceLoopDelayCount')!.length
		// Before the loop waits again, and before the monitor looks again.
		if (readings === 3) setImmediate(stall)
		return readings > 3 && (longest(so) > 150 || readings === 10)
	})
	expect(longest(calls)).toBeGreaterThan(150)
})

it('reports a stall in the run of timers that has the reading too', async () => {
	const calls = await heard(['traceLoopDelayCount'], so => {
		const readings = so.get('traceLoopDelayCount')!.length
		// Longer than the time between two readings: the next one is due at its end.
		if (readings === 3) setTimeout(() => setTimeout(stall, 5), 40)
		return readings > 3 && (longest(so) > 150 || readings === 10)
	})
	function stall(): void {
		// Another list of timers is due after this one, and before it what has been resolved goes on.
		setTimeout(() => {}, 1)
		void Promise.resolve().then(() => {
			for (const until = performance.now() + 200; performance.now() < until; );
		})
	}
	expect(longest(calls)).toBeGreaterThan(150)
})

/**
 * The longest delay after the third reading. Not that of the next one: where the thread gets no processor for a while,
 * that may come before what was planted.
 */
function longest(calls: ReadonlyMap<string, Values[]>): number {
	return Math.max(
		...calls
			.get('traceLoopDelayCount')!
			.slice(3)
			.map(([ms]) => ms as number),
	)
}

it('reports a worker from its start to its end, with its exit code', async () => {
	const ended = heard(['traceWorkerStart', 'traceWorkerEnd'], calls => calls.has('traceWorkerEnd'))
	const worker = new Worker('process.exit(3)', { eval: true, name: 'crunch' })
	const id = worker.threadId
	await once(worker, 'exit')
	const calls = await ended
	expect(calls.get('traceWorkerStart')).toEqual([[id, 'threadName' in worker ? 'crunch' : '']])
	expect(calls.get('traceWorkerEnd')).toEqual([[id, 3]])
})

it('installs nothing before the first probe and leaves nothing after the last', async () => {
	const before = listeners()
	const resources = process.getActiveResourcesInfo().sort()
	const all = ['traceGcDone', 'traceWorkerStart', 'traceLoopDelay', ...counters]
	setup(() => {
		for (const event of events())
			if (all.includes(event.id.replace('@tsgotrace/exec/thread:', ''))) attachProbe(group, event, () => {})
	})
	expect(listeners()).not.toEqual(before)
	group.done()
	expect(listeners()).toEqual(before)
	expect(process.getActiveResourcesInfo().sort()).toEqual(resources)
})

function listeners(): Record<string, number> {
	return Object.fromEntries(process.eventNames().map(name => [String(name), process.listenerCount(name)]))
}

it('keeps no process alive, and a program that is over at once has a reading of each counter', () => {
	const program = `
		import '@tsgotrace/exec'
		import { attachProbe, events, setup } from '@tsgotrace/runtime'
		import { writeSync } from 'node:fs'
		const heard = new Set()
		setup(() => {
			for (const event of events())
				if (event.id.startsWith('@tsgotrace/exec/thread:')) attachProbe(null, event, () => heard.add(event.id.split(':')[1]))
		})
		process.on('exit', () => writeSync(1, [...heard].sort().join(' ')))
	`
	const cwd = fileURLToPath(new URL('..', import.meta.url))
	const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
		encoding: 'utf8',
		cwd,
	})
	expect(stderr).toBe('')
	expect(status).toBe(0)
	for (const name of ['traceHeapUsedCount', 'traceHeapTotalCount', 'traceExternalMemoryCount', 'traceRssCount'])
		expect(stdout).toContain(name)
})
