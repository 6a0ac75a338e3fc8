// What three workers contend for, each with a hand-over that is wrong for a few microtasks, and the same ones
// corrected. Their events are ordinary ones: no task waits at them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { T } from '@tsgotrace/tracetest'
import { sync } from './fixtures.js'

const traceEnter = sync<[who: string]>('traceEnter')
const traceLeave = sync<[who: string]>('traceLeave')

export const points = [traceEnter.event, traceLeave.event]

/** No promise: to await it takes a microtask. */
const nothing = null as unknown as Promise<void>

/** What a worker does while it has what it contends for. */
export const works: Readonly<Record<string, () => Promise<unknown> | void>> = {
	nothing: () => {},
	'a microtask': () => nothing,
	'an immediate': () => new Promise<void>(resolve => setImmediate(resolve)),
	'a timer': () => sleep(1),
}

export interface How {
	readonly corrected?: boolean
	readonly work: () => Promise<unknown> | void
	/** Microtasks between being woken and having it. */
	readonly hops?: number
	/** Calls in place of `t.go`. */
	readonly calls?: boolean
}

type Make = (how: How) => (t: T) => Promise<void>

async function workers(t: T, { calls = false }: How, use: (who: string) => Promise<void>): Promise<void> {
	const names = ['ann', 'bob', 'cid']
	await Promise.all(names.map(who => (calls ? use(who) : t.go(who, () => use(who)))))
}

/**
 * Lets a fixed number in at a time. A task that leaves gives the place back, and the woken one takes it: meanwhile
 * another one may come.
 */
export const bulkhead: Make =
	({ corrected = false, work, ...how }) =>
	async t => {
		const limit = 1
		let inside = 0
		let taken = 0
		const waiting: (() => void)[] = []
		const enter = async (): Promise<void> => {
			if (taken < limit) {
				taken++
				return
			}
			await new Promise<void>(resolve => waiting.push(resolve))
			if (!corrected) taken++
		}
		const leave = (): void => {
			const next = waiting.shift()
			// Corrected, the place of who leaves is that of the next one.
			if (!corrected || next === undefined) taken--
			next?.()
		}
		await workers(t, { work, ...how }, async who => {
			await enter()
			traceEnter.signal(who)
			if (++inside > limit) throw new Error(`${inside} are in a place for ${limit}`)
			await work()
			inside--
			traceLeave.signal(who)
			leave()
		})
	}

/** A lock that is free for a moment while it is handed over. */
export const mutex: Make =
	({ corrected = false, work, hops = 0, ...how }) =>
	async t => {
		let locked = false
		let owner: string | undefined
		const waiting: (() => void)[] = []
		const lock = async (): Promise<void> => {
			if (locked) {
				await new Promise<void>(resolve => waiting.push(resolve))
				for (let i = 0; i < hops; i++) await nothing
			}
			locked = true
		}
		const unlock = (): void => {
			const next = waiting.shift()
			locked = corrected && next !== undefined
			next?.()
		}
		await workers(t, { work, ...how }, async who => {
			await lock()
			traceEnter.signal(who)
			if (owner !== undefined) throw new Error(`${who} has the lock of ${owner}`)
			owner = who
			await work()
			owner = undefined
			traceLeave.signal(who)
			unlock()
		})
	}

/** Resources are put back where any task can take them, and then a waiter is woken to do so. */
export const pool: Make =
	({ corrected = false, work, ...how }) =>
	async t => {
		const idle = [{ uses: 0 }]
		const waiting: ((resource?: { uses: number }) => void)[] = []
		const take = async (): Promise<{ uses: number } | undefined> => {
			if (idle.length > 0) return idle.pop()
			const given = await new Promise<{ uses: number } | undefined>(resolve => waiting.push(resolve))
			return corrected ? given : idle.pop()
		}
		const give = (resource: { uses: number }): void => {
			const next = waiting.shift()
			if (corrected && next !== undefined) next(resource)
			else {
				idle.push(resource)
				next?.()
			}
		}
		await workers(t, { work, ...how }, async who => {
			const resource = await take()
			if (resource === undefined) throw new Error(`${who} got nothing out of the pool`)
			traceEnter.signal(who)
			resource.uses++
			await work()
			traceLeave.signal(who)
			give(resource)
		})
	}

/** A permit that is granted to a task that is aborted at the same time: it never comes back. */
export const permit: Make =
	({ corrected = false, work, hops = 2, ...how }) =>
	async t => {
		let free = true
		const waiting: ((granted: boolean) => void)[] = []
		const abort = new AbortController()
		t.action('abort', () => abort.abort())
		const release = (): void => {
			const next = waiting.shift()
			free = next === undefined
			next?.(true)
		}
		const acquire = async (signal: AbortSignal | undefined): Promise<boolean> => {
			if (signal?.aborted === true) return false
			if (free) {
				free = false
				return true
			}
			const granted = await new Promise<boolean>(resolve => {
				waiting.push(resolve)
				signal?.addEventListener('abort', () => {
					const at = waiting.indexOf(resolve)
					if (at < 0) return
					waiting.splice(at, 1)
					resolve(false)
				})
			})
			if (!granted) return false
			for (let i = 0; i < hops; i++) await nothing
			if (!(signal?.aborted ?? false)) return true
			if (corrected) release()
			return false
		}
		await workers(t, { work, ...how }, async who => {
			if (!(await acquire(who === 'bob' ? abort.signal : undefined))) return
			traceEnter.signal(who)
			await work()
			traceLeave.signal(who)
			release()
		})
		if (!free) throw new Error('the permit is lost')
	}
