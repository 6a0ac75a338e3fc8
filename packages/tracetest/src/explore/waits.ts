import { type AsyncHook, createHook } from 'node:async_hooks'
import { promiseHooks } from 'node:v8'
import { callersOf, nameOf, sitesBelow } from '../platform/callers.js'
import { isOwn, type Place, placeOf, stackText } from '../platform/place.js'
import { noPromises } from '../platform/tracking.js'
import { here as current } from '../world/here.js'
import { type CallStack, siteBelow } from '../world/signal.js'
import { observing, type Task } from '../world/task.js'
import type { World } from '../world/world.js'
import { afterMicrotasks } from './moment.js'
import { callOf, originBelow, type PromiseOrigin } from './origin.js'
import type { Bounds } from './progress.js'

/**
 * A line at which tasks have waited and that is not a choice point: an `await`, a callback of `then`, one of a timer or
 * of I/O.
 */
export interface OutsideWait {
	/** Empty where the program was not on the stack. */
	readonly file: string
	readonly line: number
	/** How often in one execution, at most. */
	readonly count: number
}

/** A call. To find its place in the source takes long, so this is done for one of those at the same place. */
interface Call {
	readonly site: CallStack
	place?: Pick<Place, 'file' | 'line'>
}

/** What is known of a promise. */
interface KnownPromise {
	kind: PromiseOrigin['kind']
	readonly task: Task<unknown>
	settled: boolean
	/** In virtual time, the passing of which is a choice. */
	byTime: boolean
	/** What has made it, if it is a raw one. */
	readonly call: Call | undefined
	/** It will be settled as this one. */
	as: KnownPromise | undefined
	/** Those that are not open since it is chained. */
	readonly waits: Wait[]
}

/** A continuation that will be called once a promise has settled. */
interface Wait {
	readonly task: Task<unknown>
	readonly world: World
	readonly on: KnownPromise | undefined
	/** Then it is a matter of microtasks. */
	readonly hadSettled: boolean
	/** Whether it is one in which its task waits for something else than itself. */
	isOpen: boolean
	/** Whether another activity could run meanwhile. */
	crowded: boolean
	readonly call: Call | undefined
}

/** A promise whose continuation is a wait. */
interface Made {
	readonly promise: object
	readonly wait: Wait
}

/** A callback that Node will call. */
interface Callback {
	readonly task: Task<unknown>
	readonly world: World
	readonly crowded: boolean
	readonly call: Call
	/** It has settled a promise: the wait for that one counts instead. */
	settles: boolean
}

/** Resources whose callback may be one of the program. */
const called = /^(?:Timeout|Immediate|Microtask|TickObject)$|REQ(?!PROMISE)/

/**
 * Finds where tasks wait outside of choice points, in the executions that it is started for. Of async functions that
 * wait for each other the innermost counts. A wait is left out while nothing else could run, or happen: an action. So
 * are calls of `t`, and tasks that wait for tasks.
 *
 * Between start and stop V8 calls it for every promise: not for each execution.
 */
export class Waits {
	/** By place. */
	readonly #max = new Map<string, OutsideWait>()
	readonly #calls = new Map<string, Call>()
	#known = new WeakMap<object, KnownPromise>()
	#waits = new WeakMap<object, Wait>()
	readonly #callbacks = new Map<number, Callback>()
	/** How many open waits each task is in. */
	readonly #opened = new Map<Task<unknown>, number>()
	/** Tasks that have run. */
	readonly #begun = new Set<Task<unknown>>()
	readonly #passing = new Set<Task<unknown>>()
	#found: { readonly task: Task<unknown>; readonly call: Call | undefined }[] = []
	/** Whether a task has waited at one place again and again: it may poll. */
	repeats = false
	/** The promise whose job runs. */
	#running: object | undefined
	/** The promise that was made last, if an `await` may have made it. */
	#last: Made | undefined
	/** What the `next` of an async generator has returned last. */
	#next: KnownPromise | undefined
	#callback: Callback | undefined
	#isVirtual = false
	/** Up to how many microtasks after an event an action may come; undefined: none may come. */
	readonly #microtasks: number | undefined
	/** Whether the execution is one of those into which actions are injected at events. */
	#acts = false
	/** How many events were so few microtasks ago. */
	#recent = 0
	#stop: (() => void) | undefined
	readonly #hook: AsyncHook

	/** @param bounds of the search: an action may come while a task waits, too */
	constructor({ actions, microtasks }: Pick<Bounds, 'actions' | 'microtasks'>) {
		if (actions > 0) this.#microtasks = microtasks
		const before = (id: number): void => {
			this.#callback = this.#callbacks.get(id)
		}
		// As with all hooks of the package, promises are left out where Node can: one that has them leaves them watched
		// when it ends.
		this.#hook = createHook({ ...noPromises, init: this.#asked, before, after: () => this.#called() })
	}

	/** Those of all executions so far, the most frequent first. */
	get list(): OutsideWait[] {
		return [...this.#max.values()].sort((a, b) => b.count - a.count || order(a.file, b.file) || a.line - b.line)
	}

	/**
	 * An execution begins.
	 * @param isVirtual whether its time is
	 * @param injects whether it is one of those into which actions are injected at events, and nowhere else
	 */
	start(isVirtual: boolean, injects: boolean): void {
		this.#isVirtual = isVirtual
		this.#acts = injects && this.#microtasks !== undefined
		this.#recent = 0
		this.#stop = promiseHooks.createHook({
			init: this.#made,
			before: this.#before,
			settled: this.#settled,
		}) as unknown as () => void
		this.#hook.enable()
		// A task is a thenable too, of which it is known what it waits for.
		observing.read = () => (this.#last = undefined)
	}

	/** It has ended. */
	stop(): void {
		this.#stop?.()
		this.#stop = undefined
		this.#hook.disable()
		const counts = new Map<string, OutsideWait>()
		const seen = new Map<Task<unknown>, Set<string>>()
		for (const { task, call } of this.#found) {
			const { file, line } = placeOfCall(call)
			const key = `${file}:${line}`
			const places = seen.get(task) ?? new Set()
			this.repeats ||= places.has(key)
			seen.set(task, places.add(key))
			counts.set(key, { file, line, count: (counts.get(key)?.count ?? 0) + 1 })
		}
		for (const [key, wait] of counts) if (wait.count > (this.#max.get(key)?.count ?? 0)) this.#max.set(key, wait)
		this.#found = []
		this.#known = new WeakMap()
		this.#waits = new WeakMap()
		for (const each of [this.#callbacks, this.#opened, this.#begun, this.#passing]) each.clear()
		this.#running = this.#last = this.#next = this.#callback = undefined
		observing.read = undefined
	}

	/**
	 * `task` passes a choice point as if it were none, and what it waits for next is what it would have waited for there.
	 */
	passes(task: Task<unknown>): void {
		if (this.#stop !== undefined) this.#passing.add(task)
	}

	/** An event has happened: all schedules with an action here and in the next microtasks are explored. */
	occurs(): void {
		if (!this.#acts) return
		this.#recent++
		afterMicrotasks(this.#microtasks!, () => this.#recent--)
	}

	/** Whether an action may come that is not explored here. */
	#isOpenToActions({ actions }: World): boolean {
		return this.#acts && this.#recent === 0 && actions.length > 0
	}

	/** A promise was made, and settles when what was called for `parent` has ended. */
	readonly #made = (promise: object, parent: object | undefined): void => {
		const here = current()
		if (here === undefined || here.world.closed) return
		const { task, world } = here
		this.#begun.add(task)
		const { kind, file, call, isNext, isBare } = originBelow(this.#made)
		const last = this.#last
		this.#last = undefined
		const from = kind === 'raw' ? this.#call(call, this.#made) : undefined
		const known: KnownPromise = { kind, task, settled: false, byTime: false, call: from, as: undefined, waits: [] }
		this.#known.set(promise, known)
		if (isNext) this.#next = known
		if (parent === undefined) return
		const on = this.#known.get(parent)
		if (last?.promise === parent) this.#wraps(last, on!)
		if (file === undefined) this.#adopts(promise, on, task, world)
		else if (file.startsWith('node:')) {
			// In a generator of Node, whose waits are not looked at.
			if (this.#next?.settled === false) this.#next.kind = 'raw'
		} else if (kind === 'own') return
		else if (this.#passing.delete(task)) known.kind = 'own'
		else {
			const wait = this.#wait(task, world, on, this.#call(call, this.#made))
			this.#waits.set(promise, wait)
			if (isBare) this.#last = { promise, wait }
		}
	}

	/**
	 * An `await` of what is not a native promise makes two: first one for the value, whose parent is the async function.
	 * If it has not settled at once, the value is a thenable, of which nothing shows what it waits for.
	 */
	#wraps({ promise, wait }: Made, known: KnownPromise): void {
		if (known.settled) return
		this.#waits.delete(promise)
		const waits = wait.on?.waits
		if (waits?.at(-1) === wait) waits.pop()
		known.kind = 'raw'
	}

	/** The stack of one at each place is enough. */
	#call(name: string | undefined, below: (...args: never[]) => unknown): Call {
		const known = name === undefined ? undefined : this.#calls.get(name)
		if (known !== undefined) return known
		const call: Call = { site: siteBelow(below) }
		if (name !== undefined) this.#calls.set(name, call)
		return call
	}

	/** An async function has returned a promise, or a task has: the job that waits for it, which has no place. */
	#adopts(job: object, on: KnownPromise | undefined, task: Task<unknown>, world: World): void {
		const known = this.#running === undefined ? undefined : this.#known.get(this.#running)
		if (known?.kind === 'chained' && on !== undefined) {
			if (isChained(on, task)) return
			known.as = on.kind === 'chained' ? { ...on, kind: 'raw' } : on
			for (const wait of known.waits) this.#open(wait)
		} else if (known?.kind === 'own' && on?.kind === 'raw')
			this.#waits.set(job, this.#wait(on.task, world, on, on.call))
	}

	#wait(task: Task<unknown>, world: World, on: KnownPromise | undefined, call: Call | undefined): Wait {
		const wait: Wait = { task, world, on, hadSettled: on?.settled ?? true, isOpen: false, crowded: false, call }
		if (on !== undefined && isChained(on, task)) on.waits.push(wait)
		else this.#open(wait)
		return wait
	}

	#open(wait: Wait): void {
		const { task, world } = wait
		wait.isOpen = true
		wait.crowded = this.#isCrowded(task, world) || this.#isOpenToActions(world)
		this.#opened.set(task, (this.#opened.get(task) ?? 0) + 1)
	}

	/** The continuation of a wait begins. */
	readonly #before = (promise: object): void => {
		this.#running = promise
		const wait = this.#waits.get(promise)
		if (wait === undefined) return
		this.#waits.delete(promise)
		const { task, world, isOpen, crowded, call } = wait
		if (isOpen) this.#opened.set(task, this.#opened.get(task)! - 1)
		if (world.closed || !isOutside(wait)) return
		if (crowded || this.#isCrowded(task, world) || this.#isOpenToActions(world)) this.#found.push({ task, call })
	}

	readonly #settled = (promise: object): void => {
		const known = this.#known.get(promise)
		if (known === undefined) return
		known.settled = true
		if (this.#callback !== undefined) this.#callback.settles = true
		if (this.#isVirtual && known.kind === 'raw')
			known.byTime = callersOf(this.#settled).some(file => isOwn(file) && clock.test(file))
	}

	/**
	 * Whether another one could go on while `task` waits: another task that is not waiting for a task itself, or
	 * something else that this one has started.
	 */
	#isCrowded(task: Task<unknown>, { tasks }: World): boolean {
		if ((this.#opened.get(task) ?? 0) > 0) return true
		return tasks.some(
			other =>
				other !== task && other.state === 'running' && (!this.#begun.has(other) || (this.#opened.get(other) ?? 0) > 0),
		)
	}

	/** A callback is asked for. */
	readonly #asked = (id: number, type: string): void => {
		const here = called.test(type) ? current() : undefined
		if (here === undefined || here.world.closed) return
		const calls = sitesBelow(this.#asked, 30).filter(site => nameOf(site) !== '' && !plumbing.test(nameOf(site)))
		const asks = type === 'TickObject' ? calls[0] : calls.find(site => !isNodes(site))
		// Node has many of its own.
		if (asks === undefined || isNodes(asks) || isOwn(nameOf(asks))) return
		const { task, world } = here
		const call = this.#call(callOf(asks), this.#asked)
		const crowded = this.#isCrowded(task, world) || this.#isOpenToActions(world)
		this.#callbacks.set(id, { task, world, crowded, call, settles: false })
	}

	/** A callback has ended. */
	#called(): void {
		const callback = this.#callback
		this.#callback = undefined
		if (callback === undefined || callback.settles) return
		const { task, world, crowded, call } = callback
		if (world.closed) return
		if (crowded || this.#isCrowded(task, world) || this.#isOpenToActions(world)) this.#found.push({ task, call })
	}
}

/** Where Node makes ticks and microtasks, and calls hooks for them. */
const plumbing = /^node:internal\/(?:async_hooks|process\/task_queues)$/

/** Whether `task` waits for itself if it waits for this one. */
function isChained({ kind, settled, task: maker }: KnownPromise, task: Task<unknown>): boolean {
	return kind === 'chained' && !settled && maker === task
}

function isOutside({ task, on, hadSettled }: Wait): boolean {
	if (on === undefined) return true
	let last = on
	while (last.as !== undefined) last = last.as
	if (last.kind === 'own') return false
	return hadSettled || last.task !== task || (last.kind === 'raw' && !last.byTime)
}

function placeOfCall(call: Call | undefined): Pick<Place, 'file' | 'line'> {
	if (call === undefined) return nowhere
	call.place ??= placeOf(stackText(call.site)) ?? nowhere
	return call.place
}

const nowhere = { file: '', line: 0 }

function isNodes(site: NodeJS.CallSite): boolean {
	return nameOf(site).startsWith('node:')
}

const clock = /[\\/]clock\.[jt]s$/

function order(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0
}
