import { type AsyncHook, AsyncResource, createHook } from 'node:async_hooks'
import type { WriteStream } from 'node:tty'
import { isRunner } from './callers.js'
import { Calls } from './calls.js'
import { context, type Execution } from './context.js'
import { isOnce, isSilent, type Kind, kindOf, workMethod } from './kinds.js'
import { originals } from './originals.js'
import { Outside } from './outside.js'
import { isBackground, isHousekeeping, patience, type Resource, resourceText, use } from './resource.js'
import { noPromises, tracking, untracked } from './tracking.js'
import { Unseen } from './unseen.js'

/**
 * What is alive in this process that could still lead to an event: what async_hooks report, and what {@link Unseen}
 * finds.
 *
 * This is the only module that knows async_hooks, which are marked experimental. Everything that it errs in must err to
 * "alive": a resource that is counted for too long turns a proof into a wait, one that is missed would make a proof
 * false.
 */
class Census {
	/**
	 * How often handles, and what was made outside of tests, have come, have gone or have called back; timers outside of
	 * tests tick forever.
	 */
	#sharedActivity = 0
	/** The same of requests and timers, by execution. */
	readonly #activity = new WeakMap<Execution, number>()
	readonly #alive = new Map<number, Resource>()
	/** Requests and timers, by the execution in whose context they were made: they call back into it. */
	readonly #own = new Map<Execution, Set<number>>()
	/** Handles, which any execution may use, as of a connection that a pool keeps; and what was made outside of tests. */
	readonly #shared = new Set<number>()
	readonly #unseen = new Unseen()
	readonly #outside = new Outside(this)
	/** What may call back at any time, by the execution that has asked for it. */
	readonly #watching = new WeakMap<Execution, Set<string>>()
	readonly #calls = new Calls({
		begin: (id, type, world) => this.#add(id, { type, kind: 'request', world, ref: undefined }),
		end: id => this.#died(id),
	})
	/** Enabled only while something is alive: with it, older versions of Node watch every promise for being collected. */
	readonly #deaths: AsyncHook
	/**
	 * These versions go on with that when the hook is disabled, until another one is enabled, and not in a callback of a
	 * hook.
	 */
	readonly #nothing: AsyncHook = createHook(noPromises)
	#light = false
	#nextOwn = 0
	/** The request for a file that was made last. */
	#fresh: { readonly id: number; readonly resource: object } | undefined
	/** Reads by Node itself, on behalf of an open file or a blob. Their owner is called back once for each. */
	readonly #reads = new Set<number>()
	readonly #files = new Set<number>()

	constructor() {
		// Made on first use: as resources of the runner and not of a test.
		const streams: WriteStream[] = [process.stdout, process.stderr]
		void streams
		createHook({ ...noPromises, init: this.#born }).enable()
		this.#deaths = createHook({ ...noPromises, after: id => this.#after(id), destroy: id => this.#died(id) })
	}

	readonly #refresh = (): void => {
		if (this.#alive.size === 0 && !this.#light) this.#nothing.enable().disable()
	}

	/**
	 * Let promises alone, if it is possible: see {@link Contexts.lighten}. Then nothing that is enabled costs anything
	 * with them.
	 */
	lighten(): void {
		if (!this.#light) {
			this.#light = true
			this.#deaths.enable()
			context.lighten(callbacks)
		}
		if (!context.light) this.restore()
	}

	/** Whether they are let alone. */
	get light(): boolean {
		return this.#light
	}

	/** End it. */
	restore(): void {
		if (!this.#light) return
		this.#light = false
		context.restore()
		if (this.#alive.size === 0) this.#ignoreDeaths()
	}

	#ignoreDeaths(): void {
		this.#deaths.disable()
		originals.microtask(this.#refresh)
	}

	/** Run `fn`; what it starts is not counted, and has no context. */
	untracked<R>(fn: () => R): R {
		return untracked(fn)
	}

	/**
	 * Whether nothing is alive that `world` waits for: nothing that it has started itself, nor anything that all share.
	 * Quick: asked at each decision.
	 */
	quiet(world: Execution): boolean {
		this.#classify()
		if (this.#alive.size === 0 || (this.#shared.size === 0 && this.ended(world))) return true
		return !this.#holds(this.#own.get(world), world) && !this.#holds(this.#shared, world)
	}

	#holds(ids: ReadonlySet<number> | undefined, world: Execution): boolean {
		if (ids === undefined) return false
		for (const id of ids) if (!isBackground(this.#alive.get(id)!, world)) return true
		return false
	}

	/** Whether nothing is alive that `world` itself has started, but for handles. */
	ended(world: Execution): boolean {
		return (this.#own.get(world)?.size ?? 0) === 0
	}

	/**
	 * Whether `world` itself has started something that ends soon by itself. Timers that are left, as of a timeout that
	 * was not needed, do not.
	 */
	working(world: Execution): boolean {
		const ids = this.#own.get(world)
		if (ids === undefined) return false
		for (const id of ids) {
			const { kind, type } = this.#alive.get(id)!
			if (kind === 'request' || type === 'Immediate') return true
		}
		return false
	}

	/** Whether certainly nothing is left in the process that could lead to an event of `world`. */
	empty(world: Execution): boolean {
		return this.#all(world).next().done === true && this.#hidden(world).length === 0
	}

	/** What async_hooks do not report, as text. */
	#hidden(world: Execution): string[] {
		const { taken } = this.#outside
		return [
			...this.#unseen.alive(),
			...(this.#watching.get(world) ?? []),
			...(taken === undefined ? [] : [`${taken} (taken before it was counted)`]),
		]
	}

	/** Whether something is alive that `world` waits for and that ends by itself: a request, its process, a module. */
	ends(world: Execution): boolean {
		for (const resource of this.#all(world)) if (resource.kind !== 'timer' && patience(resource, world) > 1) return true
		return this.#unseen.loads()
	}

	/** Whether nothing that is alive was used since the last {@link idles}. */
	idle(world: Execution): boolean {
		return this.alive(world).every(resource => resource.idle === use(resource))
	}

	/** What is alive was waited for long enough. */
	idles(world: Execution): void {
		for (const resource of this.alive(world)) resource.idle = use(resource)
	}

	/** A search begins: what has called back before may be idle now. */
	rest(): void {
		for (const resource of this.#alive.values()) resource.called = false
	}

	/** What {@link quiet} is about. */
	alive(world: Execution): Resource[] {
		const found: Resource[] = []
		for (const ids of [this.#own.get(world), this.#shared])
			for (const id of ids ?? []) {
				const resource = this.#alive.get(id)!
				if (!isBackground(resource, world)) found.push(resource)
			}
		return found
	}

	/** Requests and timers that `world` itself has started, and that have not called back. */
	*pending(world: Execution): Generator<Resource> {
		for (const id of this.#own.get(world) ?? []) yield this.#alive.get(id)!
	}

	*#held(world: Execution): Generator<Resource> {
		for (const ids of [this.#own.get(world) ?? [], this.#shared]) for (const id of ids) yield this.#alive.get(id)!
	}

	/**
	 * Besides, requests and timers of other tests: they may settle a promise that tests share. But not those of other
	 * executions of the same body.
	 */
	*#all(world: Execution): Generator<Resource> {
		yield* this.#held(world)
		for (const [other, ids] of this.#own)
			if (other !== world && other.listener !== world.listener) for (const id of ids) yield this.#alive.get(id)!
	}

	/**
	 * For how many dead times nothing may happen until `world` is taken for stuck: infinitely many, if something ends at
	 * a time that it has set.
	 */
	patience(world: Execution): number {
		let max = 1
		for (const resource of this.#all(world)) max = Math.max(max, patience(resource, world))
		return max
	}

	/** `TCPSERVERWRAP`, `Timeout ×3`, `Timeout of 'another test'`: what is alive, for people. */
	survivors(world: Execution): string[] {
		const counts = new Map<string, number>()
		const texts = [...this.#all(world)].map(resource => resourceText(resource, world))
		for (const text of texts.length > 0 ? texts : this.#hidden(world)) counts.set(text, (counts.get(text) ?? 0) + 1)
		return [...counts].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`))
	}

	/** Count something that async_hooks do not report, from now until the function that is returned is called. */
	enter(type: string): () => void {
		return context.getStore() === undefined ? () => {} : this.begin(type)
	}

	/** As {@link enter}, outside of all tests too, but for what a test runner does for itself. */
	begin(type: string): () => void {
		const world = context.getStore()?.world
		if (tracking.off || (world === undefined && isRunner(this.#born))) return () => {}
		const id = --this.#nextOwn
		this.#add(id, { type, kind: 'request', world, ref: undefined })
		return () => this.#died(id)
	}

	/** The execution that runs here may be called back at any time from now on, by what `type` names. */
	watches(type: string): void {
		const world = context.getStore()?.world
		if (world === undefined) return
		const types = this.#watching.get(world)
		if (types === undefined) this.#watching.set(world, new Set([type]))
		else types.add(type)
	}

	/** @param _trigger what led to it: of no use, since the context says what it belongs to */
	readonly #born = (id: number, type: string, _trigger: number, resource: object): void => {
		context.inherit(resource)
		// Most of what older versions of Node report.
		if (type === 'PROMISE' || tracking.off) return
		if (type === 'TickObject') {
			tracking.ticks++
			return
		}
		this.#classify()
		if (type === 'FILEHANDLE') this.#files.add(id)
		// One made by JavaScript, as of a function that AsyncLocalStorage has bound: it carries a callback that something
		// else must call.
		if (isSilent(type) || resource instanceof AsyncResource) return
		const method = workMethod(type)
		if (method !== undefined && this.#calls.count(resource, id, method, type)) return
		const world = context.getStore()?.world
		if (world === undefined && isRunner(this.#born)) return
		if (type === 'Timeout' && isHousekeeping(resource, this.#born)) return
		const kind = kindOf(type)
		const added: Resource = { type, kind, world, ref: refTo(resource, type, kind) }
		this.#add(id, added)
		if (kind !== 'handle') world?.controller?.asked(added, resource)
		if (type === 'FSREQCALLBACK') this.#fresh = { id, resource }
		if (kind === 'request') this.#calls.countJob(resource)
	}

	/**
	 * Requests for files have their callback now, but for those that Node makes itself, whose end no callback reports.
	 */
	#classify(): void {
		if (this.#fresh === undefined) return
		const { id, resource } = this.#fresh
		const { oncomplete, ondone } = resource as { readonly oncomplete?: unknown; readonly ondone?: unknown }
		if (oncomplete === undefined && ondone === undefined && this.#alive.has(id)) this.#reads.add(id)
		this.#fresh = undefined
	}

	#add(id: number, resource: Resource): void {
		const { world, kind } = resource
		if (this.#alive.size === 0 && !this.#light) this.#deaths.enable()
		this.#alive.set(id, resource)
		this.#changed(resource)
		if (world === undefined || kind === 'handle') this.#shared.add(id)
		else {
			const ids = this.#own.get(world)
			if (ids === undefined) this.#own.set(world, new Set([id]))
			else ids.add(id)
		}
	}

	/** A number that changes when something has happened that may bring `world` further. */
	activity(world: Execution): number {
		return this.#sharedActivity + (this.#activity.get(world) ?? 0)
	}

	#changed({ kind, world }: Resource): void {
		if (world !== undefined && kind !== 'handle') this.#activity.set(world, (this.#activity.get(world) ?? 0) + 1)
		else if (kind !== 'timer') this.#sharedActivity++
	}

	#after(id: number): void {
		this.#classify()
		if (this.#files.has(id) || this.#alive.get(id)?.type === 'BLOBREADER') {
			const [read] = this.#reads
			if (read !== undefined) this.#died(read)
		}
		const resource = this.#alive.get(id)
		if (resource === undefined) return
		resource.called = true
		resource.world?.controller?.called(resource)
		if (resource.kind === 'handle') this.#sharedActivity++
		if (isOnce(resource.type, resource.kind) && this.#calls.calledBack(id)) this.#died(id)
	}

	#died(id: number): void {
		this.#reads.delete(id)
		this.#files.delete(id)
		this.#calls.forget(id)
		const resource = this.#alive.get(id)
		if (resource === undefined) return
		this.#alive.delete(id)
		this.#changed(resource)
		this.#shared.delete(id)
		if (this.#alive.size === 0 && !this.#light) this.#ignoreDeaths()
		const { world } = resource
		const own = world === undefined ? undefined : this.#own.get(world)
		if (own?.delete(id) === true && own.size === 0) this.#own.delete(world!)
	}
}

/** How many callbacks of async_hooks we have, when all are enabled. */
const callbacks = 3

/** Timers live no longer than they are counted. */
function refTo(resource: object, type: string, kind: Kind): Resource['ref'] {
	if (kind === 'handle') return new WeakRef(resource)
	return type === 'Timeout' ? { deref: () => resource } : undefined
}

export const census: Census = new Census()
