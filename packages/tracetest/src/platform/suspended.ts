import { promiseHooks } from 'node:v8'
import { context, type Execution } from './context.js'
import { type Frame, framesIn, isOwnStack, stackText } from './place.js'

/** A promise that has not settled, and whose continuation has not run. */
interface UnsettledPromise {
	readonly task: object
	/**
	 * Of an `await` or a `then`: the number of what it waits for, 0 if that is unknown. Undefined for promises that are
	 * made: by `new Promise`, by the call of an async function.
	 */
	readonly parent: number | undefined
	readonly nth: number
	/** Holds the stack of where it was made, formatted when it is read. */
	readonly site: { readonly stack?: string }
}

/** Where a task waits. */
export interface Suspension {
	/** Of the `await`, and of the calls that led to it: the innermost is first. */
	readonly frames: readonly Frame[]
	/**
	 * Whether {@link frames} is where the promise was made that is waited for, since the waiting code is not the user's.
	 */
	readonly made: boolean
	/** The task that has made the promise that is waited for. Undefined if it is not known. */
	readonly by: object | undefined
	/** The number of the promise. */
	readonly nth: number
	/** Holds the stack. */
	readonly site: { readonly stack?: string }
}

/** How many frames of each stack are kept. Those of Node and of this package are among them. */
const depth = 12

/**
 * Which promises have not settled, and where they were made: the awaits at which tasks hang, if they do. Each promise
 * costs a stack, so only so many of them are looked at.
 */
export class Suspended {
	/** By the number of the promise. None is held: V8 is to collect what nothing can settle. */
	readonly #pending = new Map<number, UnsettledPromise>()
	#numbers = new WeakMap<object, number>()
	#stop: () => void = () => {}
	/** The execution whose promises are looked at. */
	world: Execution | undefined
	/** How many promises were looked at. */
	count = 0
	readonly #max: number

	/** @param most how many promises are looked at */
	constructor(max: number) {
		this.#max = max
	}

	/** Forget what is known, and look at each promise from now on. */
	start(): void {
		this.#pending.clear()
		this.#numbers = new WeakMap()
		this.count = 0
		const hooks: object = { init: this.#made, before: this.#over, settled: this.#over }
		this.#stop = promiseHooks.createHook(hooks) as () => void
	}

	/** Look at no more promises. What is pending now stays known. */
	stop(): void {
		this.#stop()
		if (this.exceeded) this.#pending.clear()
	}

	/** Whether there were more promises than are looked at: what is pending is not known then. */
	get exceeded(): boolean {
		return this.count > this.#max
	}

	readonly #made = (promise: object, parent: object | undefined): void => {
		const here = context.getStore()
		// Tests may run at the same time.
		if (here === undefined || here.world !== this.world) return
		if (this.count++ >= this.#max) return this.stop()
		const site = {}
		const limit: unknown = Error.stackTraceLimit
		const set = Reflect.set(Error, 'stackTraceLimit', depth)
		Error.captureStackTrace(site, this.#made)
		if (set) Reflect.set(Error, 'stackTraceLimit', limit)
		this.#numbers.set(promise, this.count)
		const waitsFor = parent === undefined ? undefined : (this.#numbers.get(parent) ?? 0)
		this.#pending.set(this.count, { task: here.task, parent: waitsFor, site, nth: this.count })
	}

	readonly #over = (promise: object): void => {
		const number = this.#numbers.get(promise)
		if (number !== undefined) this.#pending.delete(number)
	}

	/** Format the stacks, which hold the objects of their calls until then. */
	format(): void {
		for (const { site } of this.#pending.values()) stackText(site)
	}

	/** Where `task` hangs: the innermost awaits of its calls, each place once. */
	of(task: object): Suspension[] {
		const mine = [...this.#pending.values()]
			.filter(pending => pending.task === task)
			// Those that this package itself has made for it say nothing.
			.filter(({ site }) => !isOwnStack(stackText(site)))
			.map(pending => ({ pending, frames: framesIn(stackText(pending.site)) }))
		const waiting = mine.filter(({ pending, frames }) => pending.parent !== undefined && frames[0]?.isAsync === false)
		// One that waits for a call that waits itself is not where it hangs.
		const within = new Set(waiting.flatMap(({ frames }) => frames.slice(1).map(functionOf)))
		const inner = waiting.filter(({ frames }) => !within.has(functionOf(frames[0]!)))
		const found = inner.length > 0 ? inner : waiting.toSorted((a, b) => b.frames.length - a.frames.length).slice(0, 1)
		if (found.length === 0) {
			const made = mine.findLast(({ frames }) => frames.length > 0)
			return made === undefined
				? []
				: [{ frames: made.frames, made: true, by: undefined, site: made.pending.site, nth: made.pending.nth }]
		}
		const all = found.map(
			({ pending, frames }): Suspension => ({
				frames,
				made: false,
				by: this.#pending.get(pending.parent!)?.task,
				site: pending.site,
				nth: pending.nth,
			}),
		)
		return all.filter((one, i) => all.findLastIndex(other => textOf(other.frames[0]!) === textOf(one.frames[0]!)) === i)
	}
}

/** The identity of a function: its name, or its place if it has none. */
function functionOf(frame: Frame): string {
	return frame.name === undefined ? textOf(frame) : `${frame.name} ${frame.file}`
}

function textOf({ file, line }: Frame): string {
	return `${file}:${line}`
}
