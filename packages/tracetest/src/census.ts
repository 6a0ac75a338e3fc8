import { type AsyncHook, createHook } from 'node:async_hooks'
import type { WriteStream } from 'node:tty'
import { types } from 'node:util'
import { type Context, context } from './context.js'
import type { World } from './world.js'

/** How long something that is alive may take: a request ends by itself, a timer at its time, a handle may stay silent for ever. */
export type Kind = 'request' | 'timer' | 'handle'

interface Resource {
	readonly type: string
	readonly kind: Kind
	/** Undefined: it was made outside of every test, after this module was loaded. */
	readonly world: World | undefined
}

/**
 * What is alive in this process that could still lead to an event: the resources that async_hooks tells of, born in the context of a test,
 * and handles born anywhere since this module was loaded, because a socket of a connection that a setup file opened may speak at any time.
 *
 * This is the only module that knows async_hooks, which are marked experimental. Everything that it errs in must err to "alive": a
 * resource that is counted for too long turns a proof into a wait, one that is missed would make a proof false.
 */
class Census {
	/** How often the traced code has called `process.nextTick`, or Node for it. */
	ticks = 0
	readonly #alive = new Map<number, Resource>()
	readonly #byWorld = new WeakMap<World, Set<number>>()
	readonly #outside = new Set<number>()
	#off = false

	constructor() {
		// Made on first use: as resources of the runner and not of a test.
		const streams: WriteStream[] = [process.stdout, process.stderr]
		void streams
		// Newer versions of Node can leave promises out, which is most of the cost. Older ones ignore it.
		const trackPromises = { trackPromises: false }
		createHook({ ...trackPromises, init: (id, type) => this.#born(id, type) }).enable()
		this.#deaths = createHook({ ...trackPromises, after: id => this.#after(id), destroy: id => this.#died(id) })
	}
	/** Enabled only while something is alive: with it, older versions of Node watch every promise for being collected. */
	readonly #deaths: AsyncHook

	/** Run `fn`; what it starts is not counted, and has no context. */
	untracked<R>(fn: () => R): R {
		const before = this.#off
		this.#off = true
		try {
			// `exit` would do, but it switches all tracking off and on again in older versions of Node.
			return context.getStore() === undefined ? fn() : context.run(undefined as unknown as Context, fn)
		} finally {
			this.#off = before
		}
	}

	/** Whether nothing of these kinds that could lead to an event of `world` is alive. */
	quiet(world: World): boolean {
		return this.#outside.size === 0 && (this.#byWorld.get(world)?.size ?? 0) === 0
	}

	/** The ids of what is alive and could lead to an event of `world`. */
	*alive(world: World): Iterable<readonly [id: number, kind: Kind, type: string]> {
		for (const ids of [this.#byWorld.get(world) ?? [], this.#outside]) {
			for (const id of ids) {
				const { kind, type } = this.#alive.get(id)!
				yield [id, kind, type]
			}
		}
	}

	/** `TCPSERVERWRAP`, `Timeout ×3`: what is alive, for people. */
	survivors(world: World): string[] {
		const counts = new Map<string, number>()
		for (const [, , type] of this.alive(world)) counts.set(type, (counts.get(type) ?? 0) + 1)
		return [...counts].map(([type, count]) => (count === 1 ? type : `${type} ×${count}`))
	}

	/** Count something that async_hooks do not tell of, from now until the function that is returned is called. */
	enter(type: string): () => void {
		const world = context.getStore()?.world
		if (world === undefined) return () => {}
		const id = --this.#nextOwn
		this.#add(id, { type, kind: 'request', world })
		return () => this.#died(id)
	}
	#nextOwn = 0

	#born(id: number, type: string): void {
		if (this.#off || type === 'PROMISE') return
		if (type === 'TickObject') {
			this.ticks++
			return
		}
		if (ignored.has(type)) return
		const world = context.getStore()?.world
		// Outside of tests runners have requests and timers of their own.
		if (world === undefined && !handle.test(type)) return
		const kind = kindOf(type)
		this.#add(id, { type, kind, world })
	}

	#add(id: number, resource: Resource): void {
		const { world } = resource
		if (this.#alive.size === 0) this.#deaths.enable()
		this.#alive.set(id, resource)
		if (world === undefined) this.#outside.add(id)
		else {
			const ids = this.#byWorld.get(world)
			if (ids === undefined) this.#byWorld.set(world, new Set([id]))
			else ids.add(id)
		}
	}

	/** Requests and immediates are done when their callback has run; Node says that they are destroyed much later, some when collected. */
	#after(id: number): void {
		const resource = this.#alive.get(id)
		if (resource !== undefined && (resource.kind === 'request' || resource.type === 'Immediate')) this.#died(id)
	}

	#died(id: number): void {
		const resource = this.#alive.get(id)
		if (resource === undefined) return
		this.#alive.delete(id)
		if (this.#alive.size === 0) this.#deaths.disable()
		if (resource.world === undefined) this.#outside.delete(id)
		else this.#byWorld.get(resource.world)?.delete(id)
	}
}

/** Objects of JavaScript that live until they are collected, or carry others' callbacks. What could wake them is a resource of its own. */
const ignored = new Set(['Microtask', 'HTTPINCOMINGMESSAGE', 'HTTPCLIENTREQUEST', 'DNSCHANNEL', 'ELDHISTOGRAM', 'FILEHANDLE'])

const handle = /^(TCP|PIPE|TLS|UDP|TTY|PROCESS|WORKER|MESSAGEPORT|FSEVENT|STATWATCHER|SIGNAL|HTTP2|QUIC|INSPECTORJSBINDING|JSSTREAM)/
const request = /REQ|WRITEWRAP|SHUTDOWNWRAP|CONNECTWRAP|QUERYWRAP|^(FSREQ|GETADDRINFO|GETNAMEINFO|BLOBREADER|WASM|ATOMICS)/i

function kindOf(type: string): Kind {
	if (type === 'Timeout' || type === 'Immediate') return 'timer'
	if (request.test(type)) return 'request'
	if (handle.test(type)) return 'handle'
	// An unknown kind is counted until it is destroyed: it may be one that speaks more than once.
	return 'handle'
}

export const census: Census = new Census()

/** Count calls of functions of V8 whose results come from outside of Node, so that async_hooks know nothing of them. */
function count(holder: object, names: readonly string[]): void {
	for (const name of names) {
		const original: unknown = Reflect.get(holder, name)
		if (typeof original !== 'function') continue
		const counted = {
			[name](this: unknown, ...args: unknown[]): unknown {
				const result: unknown = Reflect.apply(original, this, args)
				const promise = types.isPromise(result) ? result : (result as { value?: unknown } | undefined)?.value
				if (types.isPromise(promise)) {
					const left = census.enter(name)
					// Two microtasks late: who waits for the promise itself has been called by then.
					const leave = (): void => census.untracked(() => void Promise.resolve().then(left))
					census.untracked(() => void promise.then(leave, leave))
				}
				return result
			},
		}[name]
		Object.defineProperty(holder, name, { value: counted, configurable: true, writable: true, enumerable: false })
	}
}

count(Atomics, ['waitAsync'])
count((globalThis as unknown as { WebAssembly: object }).WebAssembly, [
	'compile',
	'instantiate',
	'compileStreaming',
	'instantiateStreaming',
])
