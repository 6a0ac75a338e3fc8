// Bodies with one mistake each, and the same ones fixed. `step` is where their tasks wait for something, such as a
// query.
import type { T } from '@tsgotrace/tracetest'
import { pausable, sync } from './fixtures.js'

const traceStep = pausable<[what: string]>('traceStep')

const traceGrant = sync<[who: string]>('traceGrant')

/** All events of the bodies. */
export const points = [traceStep.event, traceGrant.event]

async function step(what: string): Promise<void> {
	if (traceStep.signal) await traceStep.signal(what)
	else if (latency !== undefined) await latency()
}

let latency: (() => Promise<unknown>) | undefined

/** Execute `body` as a program without tests would be, where each step takes as long as `wait`. */
export async function plainly(body: (t: T) => Promise<void>, wait: () => Promise<unknown>): Promise<void> {
	latency = wait
	const go = async (_name: string, fn: () => unknown): Promise<unknown> => {
		await Promise.resolve()
		return fn()
	}
	await body({ go, all: (...tasks: unknown[]) => Promise.all(tasks) } as unknown as T)
}

async function steps(n: number, what: string): Promise<void> {
	for (let i = 0; i < n; i++) await step(what)
}

/** How much happens beside the mistake. */
export interface Around {
	/** Steps before the second task reaches the place of the mistake. */
	readonly before?: number
	readonly tasks?: number
	readonly events?: number
	/** Where the tasks that matter are among the others. */
	readonly at?: 'first' | 'middle' | 'last'
	/** Steps that both tasks take before all that, and after it. */
	readonly early?: number
	readonly late?: number
	readonly fixed?: boolean
}

/** Start the tasks that matter, and the others, and wait for all. */
async function together(
	t: T,
	defaults: { tasks: number; events: number },
	around: Around,
	matter: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
	const { tasks, events, at = 'first', early = 0, late = 0 } = { ...defaults, ...around }
	const all: [name: string, fn: () => Promise<void>][] = Array.from({ length: tasks }, (_, i) => [
		`N${i}`,
		() => steps(events, 'noise'),
	])
	const place = { first: 0, middle: tasks >> 1, last: tasks }[at]
	const padded = Object.entries(matter).map(([name, fn]): [string, () => Promise<void>] => [
		name,
		async () => {
			// Without any, they meet nowhere but at choice points: to await a function that ends at once takes a microtask.
			if (early > 0) await steps(early, 'early')
			await fn()
			if (late > 0) await steps(late, 'late')
		},
	])
	all.splice(place, 0, ...padded)
	await t.all(...all.map(([name, fn]) => t.go(name, fn)))
}

type Make = (around?: Around) => (t: T) => Promise<void>

/** Mutual exclusion, for the fixed ones. */
class Lock {
	#tail: Promise<void> = Promise.resolve()
	async with<R>(fn: () => Promise<R>): Promise<R> {
		const before = this.#tail
		let free!: () => void
		this.#tail = new Promise(resolve => {
			free = resolve
		})
		await before
		try {
			return await fn()
		} finally {
			free()
		}
	}
}

/** Two tasks read a counter, and write what they have read and one more. */
export const lostUpdate: Make =
	(around = {}) =>
	async t => {
		const { before = 3, fixed = false } = around
		let n = 0
		const lock = new Lock()
		const update = async (): Promise<void> => {
			await step('read')
			const read = n
			await step('write')
			n = read + 1
		}
		const increment = (): Promise<void> => (fixed ? lock.with(update) : update())
		await together(t, { tasks: 2, events: 3 }, around, {
			A: increment,
			B: async () => {
				await steps(before, 'before')
				await increment()
			},
		})
		if (n !== 2) throw new Error(`lost update: ${n} instead of 2`)
	}

/** Two tasks need a connection, which is opened on first use. */
export const doubleInit: Make =
	(around = {}) =>
	async t => {
		const { before = 2, fixed = false } = around
		let opened = 0
		let connection: Promise<number> | number | undefined
		const open = async (): Promise<number> => {
			await step('connect')
			return ++opened
		}
		const get = async (): Promise<number> => {
			if (fixed) connection ??= open()
			else if (connection === undefined) connection = await open()
			return connection
		}
		await together(t, { tasks: 2, events: 3 }, around, {
			A: async () => {
				await get()
				await step('query')
			},
			B: async () => {
				await steps(before, 'before')
				await get()
			},
		})
		if (opened !== 1) throw new Error(`double initialisation: opened ${opened} times`)
	}

/** A pool looks at an idle resource, tests it, and takes it afterwards. */
export const pool: Make =
	(around = {}) =>
	async t => {
		const { before = 3, fixed = false } = around
		const idle = [1, 2]
		const used = new Set<number>()
		let wrong: string | undefined
		const take = (resource: number): void => {
			if (used.has(resource)) wrong ??= `pool: resource ${resource} is handed out twice`
			used.add(resource)
		}
		const acquire = async (): Promise<number | undefined> => {
			const resource = fixed ? idle.pop() : idle.at(-1)
			if (resource === undefined) return undefined
			if (fixed) take(resource)
			await step('ping')
			if (fixed) return resource
			const at = idle.indexOf(resource)
			if (at >= 0) idle.splice(at, 1)
			take(resource)
			return resource
		}
		const use = async (): Promise<void> => {
			const resource = await acquire()
			if (resource === undefined) return
			await step('work')
			await step('reset')
			used.delete(resource)
			idle.push(resource)
		}
		await together(t, { tasks: 2, events: 3 }, around, {
			A: use,
			B: async () => {
				await steps(before, 'before')
				await use()
			},
		})
		if (wrong !== undefined) throw new Error(wrong)
	}

/** A reader puts what it has loaded into a cache, after a writer has replaced it and has cleared the cache. */
export const staleCache: Make =
	(around = {}) =>
	async t => {
		const { before = 4, fixed = false } = around
		let stored = 'v1'
		let version = 0
		const cache = new Map<string, string>()
		const read = async (): Promise<void> => {
			const seen = version
			await step('load')
			const loaded = stored
			await step('decode')
			if (!fixed || seen === version) cache.set('k', loaded)
		}
		const write = async (): Promise<void> => {
			await step('store')
			stored = 'v2'
			version++
			cache.delete('k')
		}
		await together(t, { tasks: 2, events: 3 }, around, {
			R: read,
			W: async () => {
				await steps(before, 'before')
				await write()
			},
		})
		const cached = cache.get('k')
		if (cached !== undefined && cached !== stored) throw new Error(`stale cache: ${cached} instead of ${stored}`)
	}

interface Item {
	readonly id: number
	next: Item | undefined
	gone: boolean
}

/**
 * A stack compares its head by identity, which is the same one again after two pops and a push. Two delays are needed.
 */
export const aba: Make =
	(around = {}) =>
	async t => {
		const { before = 20, fixed = false } = around
		let version = 0
		let top: Item | undefined = { id: 1, next: { id: 2, next: undefined, gone: false }, gone: false }
		let wrong: string | undefined
		const swap = (seen: Item, at: number, to: Item | undefined): boolean => {
			if (top?.id !== seen.id || (fixed && version !== at)) return false
			top = to
			version++
			return true
		}
		const pop = async (): Promise<Item | undefined> => {
			for (;;) {
				const [seen, at]: [Item | undefined, number] = [top, version]
				if (seen === undefined) return undefined
				const { next }: Item = seen
				await step('swap')
				if (!swap(seen, at, next)) continue
				if (next?.gone) wrong ??= 'ABA: the head is an item that was removed'
				return seen
			}
		}
		await together(t, { tasks: 4, events: 8 }, around, {
			A: async () => {
				await step('begin')
				await pop()
			},
			B: async () => {
				await steps(before, 'before')
				const first = await pop()
				const second = await pop()
				if (second !== undefined) second.gone = true
				await step('push')
				if (first !== undefined) {
					first.next = top
					top = first
					version++
				}
				await step('use')
				if (second !== undefined) second.gone = false
			},
		})
		if (wrong !== undefined) throw new Error(wrong)
	}

/** Two tasks take two locks in opposite order. */
export const lockOrder: Make =
	(around = {}) =>
	async t => {
		const { before = 2, fixed = false } = around
		const [one, two] = [new Lock(), new Lock()]
		const nested = (outer: Lock, inner: Lock): Promise<void> =>
			outer.with(async () => {
				await step('outer')
				await inner.with(() => step('inner'))
			})
		await together(t, { tasks: 2, events: 3 }, around, {
			A: () => nested(one, two),
			B: async () => {
				await steps(before, 'before')
				await (fixed ? nested(one, two) : nested(two, one))
			},
		})
	}

/**
 * Hands out one permit. Between the grant and the moment at which the one who asked has it lie three microtasks, in
 * which an abort loses it.
 */
class Permit {
	#free = true
	readonly #waiting: ((granted: boolean) => void)[] = []
	readonly #fixed: boolean

	constructor(fixed: boolean) {
		this.#fixed = fixed
	}

	get free(): boolean {
		return this.#free
	}

	async acquire(who: string, signal: AbortSignal): Promise<boolean> {
		if (signal.aborted) return false
		if (!this.#free) {
			const granted = await new Promise<boolean>(resolve => {
				this.#waiting.push(resolve)
				signal.addEventListener('abort', () => {
					const at = this.#waiting.indexOf(resolve)
					if (at < 0) return
					this.#waiting.splice(at, 1)
					resolve(false)
				})
			})
			if (!granted) return false
		}
		this.#free = false
		traceGrant.signal(who)
		await Promise.resolve()
		await Promise.resolve()
		await Promise.resolve()
		if (!signal.aborted) return true
		// Granted and aborted: the permit must go back.
		if (this.#fixed) this.release()
		return false
	}

	release(): void {
		this.#free = true
		this.#waiting.shift()?.(true)
	}
}

/** An abort meets a grant inside of a library, where no task can be stopped: only an injected action gets there. */
export const abortGrant: Make =
	({ fixed = false } = {}) =>
	async t => {
		const permit = new Permit(fixed)
		const abort = new AbortController()
		t.action('abort', () => abort.abort())
		await t.all(
			t.go('A', async () => {
				await step('work')
				if (await permit.acquire('A', abort.signal)) permit.release()
			}),
			t.go('B', async () => {
				await step('work')
				if (await permit.acquire('B', new AbortController().signal)) permit.release()
			}),
		)
		if (!permit.free) throw new Error('the permit is lost')
	}
