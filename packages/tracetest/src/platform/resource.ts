import { callersOf } from './callers.js'
import type { Asked, Execution } from './context.js'

/** Something that is alive. */
export interface Resource extends Asked {
	/** In whose context it was made. Undefined: outside of every test, after this module was loaded. */
	readonly world: Execution | undefined
	/** Handles and timers, to see whether they are used. Handles must not be kept from being collected. */
	readonly ref: { deref(): object | undefined } | undefined
	/** What {@link use} said when a decision had waited for it long enough. */
	idle?: number
	/** Whether it has called back since the search began. */
	called?: boolean
}

/**
 * How much a handle was used; undefined for what is not a stream. A request that waits for an answer has written at
 * least.
 */
export function use({ ref }: Resource): number {
	const handle: { readonly bytesRead?: unknown; readonly bytesWritten?: unknown } | undefined = ref?.deref()
	return Number(handle?.bytesRead ?? 0) + Number(handle?.bytesWritten ?? 0)
}

/** Handles that something outside of the process wakes, not the program. */
const woken = /^SIGNALWRAP$|SERVERWRAP$/
/** Ones that the program may wake, or something outside of it. */
const channel = /^(?:MESSAGEPORT|WORKER|FSEVENTWRAP|STATWATCHER)$/

/**
 * Whether `world` goes on without it: a signal handler, a server without clients, a channel or watcher that was there
 * before, what is not referenced and is not used. It may lead to an event all the same. Once it has called back, it is
 * no longer such a one.
 */
export function isBackground(resource: Resource, world: Execution): boolean {
	const { type, kind, called = false } = resource
	if (kind === 'request') return false
	const own = resource.world === world
	if (called && (own || kind !== 'timer')) return false
	if (woken.test(type) || (!own && channel.test(type))) return true
	const { hasRef, _idleTimeout: ms } = (resource.ref?.deref() ?? {}) as {
		hasRef?: () => boolean
		_idleTimeout?: number
	}
	if (typeof hasRef !== 'function' || Reflect.apply(hasRef, resource.ref!.deref(), [])) return false
	// The body may wait for one of its own, if that takes no longer than a decision waits for it.
	return kind === 'timer' ? !own || Number(ms) > 250 : use(resource) === (resource.idle ?? 0)
}

/** For how many dead times nothing may happen while `resource` is alive, until `world` is taken for stuck. */
export function patience({ type, kind, world: owner, ref }: Resource, world: Execution): number {
	const own = owner === world
	// What works by itself, such as a request, or a process that the body has started, ends by itself as a rule.
	if (kind === 'request' || (own && /^(?:PROCESSWRAP|WORKER)$/.test(type))) return 10
	if (kind !== 'timer') return 1
	const timer: { readonly hasRef?: () => boolean; readonly _repeat?: unknown } | undefined = ref?.deref()
	const once = type === 'Immediate' || typeof timer?._repeat !== 'number'
	// It will fire when its time comes.
	if (own) return once ? Number.POSITIVE_INFINITY : 10
	return once && timer?.hasRef?.() === true ? 10 : 1
}

/** For people. */
export function resourceText({ type, world }: Resource, here: Execution): string {
	if (world === here || world === undefined || world.settings.name === here.settings.name) return type
	return `${type} of '${world.settings.name}'`
}

/**
 * Timers with which Node keeps itself clean, and which lead to nothing: its HTTP forgets the text of the current
 * second, and its fetch has a clock that ticks some times more than it has to, for timeouts of connections that are
 * counted themselves. They would hide for up to a second that nothing is left.
 */
export function isHousekeeping(timer: object, below: (...args: never[]) => unknown): boolean {
	const { _onTimeout: callback } = timer as { readonly _onTimeout?: unknown }
	if (typeof callback !== 'function') return false
	const file = housekeepers.get(callback.name)
	return (
		file !== undefined &&
		callersOf(below).find(caller => !/^node:(?:internal\/(?:async_hooks|timers)|timers)$/.test(caller)) === file
	)
}

const housekeepers: ReadonlyMap<string, string> = new Map([
	['resetCache', 'node:internal/http'],
	['onTick', 'node:internal/deps/undici/undici'],
])
