import { droppedTimers } from '../platform/clock.js'
import { placeOf, stackText } from '../platform/place.js'
import type { Suspension } from '../platform/suspended.js'
import { callText, duration, nameOf, placeText, thousands } from '../platform/text.js'
import { asError } from './errors.js'
import { TraceNak } from './nak.js'
import { placeOfSite, type Signal } from './signal.js'
import type { Receiver } from './streams.js'
import type { Task } from './task.js'
import type { World } from './world.js'

/** How it is known that nothing happens any more. */
export interface Proof {
	/** Nothing is alive that could lead to an event. */
	readonly proved: boolean
	/** How long that took; or the dead time, or the time-out. */
	readonly ms: number
	/**
	 * What else than the dead time has ended it: the time-out, while something still happened or not; or the time-out,
	 * while it polled by microtasks.
	 */
	readonly ended?: 'timeOut' | 'spins'
	/** Tasks that can never go on, whatever is alive: V8 has collected all that could let them. */
	readonly lost?: readonly Task<unknown>[]
	/** What is alive. */
	readonly alive: readonly string[]
}

/** The report of a deadlock: what each task waits for, and how that is known. */
export function deadlockText(
	world: World,
	{ proved, ms, alive, lost = [], ended: by }: Proof,
	receiver: Receiver | undefined,
): string {
	const how =
		lost.length > 0
			? `[proved: V8 has collected all that could let ${lost.map(({ name }) => `'${name}'`).join(', ')} go on; ${duration(ms)}]`
			: proved
				? `[proved: nothing is left that could run; ${duration(ms)}]`
				: by === 'spins'
					? `[time-out of the test, ${duration(ms)}: it polls by microtasks, without a pause]`
					: `[${by === undefined ? 'dead time' : 'time-out of the test'}, ${duration(ms)}: not proved, because these are alive: ${alive.join(', ') || 'fake timers'}]`
	const ended = world.tasks[0]!.state === 'fulfilled'
	const what =
		by !== undefined && receiver === undefined
			? `no end: ${ended ? 'the test has ended, but tasks of it go on' : 'the test goes on'}`
			: receiver === undefined
				? `deadlock: ${ended ? 'the test has ended, but tasks of it wait' : 'the test waits'} for something that can no longer happen`
				: `${receiver.streams.join(' or ')}: recv: deadlock waiting for ${receiver.wanted}`
	return [
		`${what}  ${how}`,
		...hint(world, receiver?.event),
		...tasks(world, receiver, lost),
		...timers(receiver),
		...end(by),
	].join('\n')
}

function hint(world: World, event: Receiver['event']): string[] {
	if (event === undefined || world.isAttached(event)) return []
	return [`hint: the test does not listen to ${nameOf(event)}: t.attach(${nameOf(event)}_Event)`]
}

function end(by: Proof['ended']): string[] {
	if (by === undefined) return []
	const why = by === 'spins' ? ['the process ends: while microtasks run, no test can fail and no timer can fire'] : []
	return [...why, 'hint: option "timeout" gives the test more time']
}

/** Timers that were dropped, which a module may wait for that has kept state of an earlier execution. */
function timers(receiver: Receiver | undefined): string[] {
	const count = droppedTimers()
	if (count === 0 || receiver !== undefined) return []
	const what =
		count === 1
			? 'a timer was dropped that an earlier execution'
			: `${thousands(count)} timers were dropped that earlier executions`
	return [`hint: ${what} in virtual time had left: does a module wait for it that keeps state between executions?`]
}

/** What each task that has not ended waits for, and how others failed. */
function tasks(world: World, receiver: Receiver | undefined, lost: readonly Task<unknown>[]): string[] {
	const running = world.tasks.filter(task => task.state === 'running')
	const failed = world.tasks.filter(hasFailed)
	if (running.length <= 1 && failed.length === 0 && lost.length === 0 && receiver !== undefined) return []
	const shown = world.tasks.filter(task => running.includes(task) || failed.includes(task))
	const width = Math.max(...shown.map(task => task.name.length))
	return shown.map(task => {
		const what = task.state === 'running' ? doing(world, task) : failureText(task)
		return `  ${task.name.padEnd(width)}  ${lost.includes(task) ? `${what}; lost${begun(task)}` : what}`
	})
}

function begun({ begun: site }: Task<unknown>): string {
	const where = placeOfSite(site)
	return where === undefined ? '' : `, begun at ${placeText(where)}`
}

/** Whether it failed by itself, and not because it was refused an event. */
export function hasFailed(task: Task<unknown>): boolean {
	return task.state === 'rejected' && !(task.error instanceof TraceNak)
}

/** `failed: Error: boom, at src/a.ts:4` */
export function failureText({ error: thrown }: Task<unknown>): string {
	const error = asError(thrown)
	const where = placeOf(stackText(error))
	const [first] = error.message.split('\n')
	return `failed: ${error.name}: ${first}${where === undefined ? '' : `, at ${placeText(where)}`}`
}

function doing(world: World, task: Task<unknown>): string {
	if (task.waits !== undefined) return task.waits
	const { streams } = world
	const sends = streams.pending.find(message => message.task === task && message.settle !== undefined)
	if (sends !== undefined) {
		const call = callText(sends.event, sends.args)
		if (streams.holds(sends)) return `waits until the test acknowledges ${call}, which it holds${at(sends)}`
		return `waits until ${call} is received from stream ${sends.stream}${at(sends)}`
	}
	const where = hang(world, task)
	if (task.last === undefined) return where ?? 'waits; it has signalled no event'
	return `${where ?? 'waits'}; the last that it signalled: ${callText(task.last.event, task.last.args)}${at(task.last)}`
}

/** How many awaits of one task are shown: those of `Promise.all`. */
const maxShownAwaits = 3

/** `waits for 'bob' at src/a.ts:4`, or `hangs at src/lock.ts:9 ← src/a.ts:4`; undefined if it is not known. */
function hang(world: World, task: Task<unknown>): string | undefined {
	const all = world.suspended?.of(task) ?? []
	const text = ({ frames }: Suspension): string => [...new Set(frames.slice(0, 4).map(placeText))].join(' ← ')
	const others = awaited(world, task, all).map(({ name }) => `'${name}'`)
	if (others.length > 0) return `waits for ${others.join(', ')}${all.length === 0 ? '' : ` at ${text(all[0]!)}`}`
	if (all.length === 0) return undefined
	const places = all.slice(0, maxShownAwaits).map(one => {
		if (one.made) return `waits for the promise that was made at ${text(one)}`
		const by = world.tasks.find(other => other === one.by && other !== task)
		return `hangs at ${text(one)}${by === undefined ? '' : `, for a promise of '${by.name}'`}`
	})
	return [...places, ...(all.length > maxShownAwaits ? [`and at ${all.length - maxShownAwaits} more`] : [])].join('; ')
}

/** The tasks that `task` waits for: those whose result it has asked for at its last await. */
function awaited(world: World, task: Task<unknown>, all: readonly Suspension[]): Task<unknown>[] {
	const since = Math.max(0, ...all.map(({ nth }) => nth))
	return world.tasks.filter(other => other.state === 'running' && (other.waiters?.get(task) ?? -1) >= since)
}

/** Where tasks hang that wait for no other task, and not in a call of the test's own. */
export function hangs(world: World): Suspension[] {
	return world.tasks.flatMap(task => {
		if (task.state !== 'running' || task.waits !== undefined) return []
		const all = world.suspended?.of(task) ?? []
		return awaited(world, task, all).length > 0 ? [] : all
	})
}

function at(signal: Signal): string {
	const where = placeOfSite(signal.site)
	return where === undefined ? '' : `, at ${placeText(where)}`
}
