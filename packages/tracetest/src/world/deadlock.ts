import { placeOf, stackText } from '../platform/place.js'
import { callText, duration, nameOf, placeText } from '../platform/text.js'
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
	/** How long that took, or the dead time. */
	readonly ms: number
	/** What is alive. */
	readonly alive: readonly string[]
}

/** What is said of a deadlock: who waits for what, and how that is known. */
export function deadlockText(world: World, { proved, ms, alive }: Proof, receiver: Receiver | undefined): string {
	const how = proved
		? `[proved: nothing is left that could run; ${duration(ms)}]`
		: `[dead time, ${duration(ms)}: not proved, because these are alive: ${alive.join(', ') || 'fake timers'}]`
	const ended = world.tasks[0]!.state === 'fulfilled'
	const what =
		receiver === undefined
			? `deadlock: ${ended ? 'the test has ended, but tasks of it wait' : 'the test waits'} for something that can no longer happen`
			: `${receiver.streams.join(' or ')}: recv: deadlock waiting for ${receiver.wanted}`
	return [`${what}  ${how}`, ...hint(world, receiver?.event), ...tasks(world, receiver)].join('\n')
}

function hint(world: World, event: Receiver['event']): string[] {
	if (event === undefined || world.isAttached(event)) return []
	return [`hint: the test does not listen to ${nameOf(event)}: t.attach(${nameOf(event)}_Event)`]
}

/** What each task that has not ended waits for, and how others failed. */
function tasks(world: World, receiver: Receiver | undefined): string[] {
	const running = world.tasks.filter(task => task.state === 'running')
	const failed = world.tasks.filter(hasFailed)
	if (running.length <= 1 && failed.length === 0 && receiver !== undefined) return []
	const shown = world.tasks.filter(task => running.includes(task) || failed.includes(task))
	const width = Math.max(...shown.map(task => task.name.length))
	return shown.map(task => `  ${task.name.padEnd(width)}  ${task.state === 'running' ? doing(world, task) : failureText(task)}`)
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
	const sends = world.streams.pending.find(message => message.task === task && message.settle !== undefined)
	if (sends !== undefined) return `waits until ${callText(sends.event, sends.args)} is received from stream ${sends.stream}${at(sends)}`
	if (task.last === undefined) return 'waits; it has signalled no event'
	return `waits; the last that it signalled: ${callText(task.last.event, task.last.args)}${at(task.last)}`
}

function at(signal: Signal): string {
	const where = placeOfSite(signal.site)
	return where === undefined ? '' : `, at ${placeText(where)}`
}
