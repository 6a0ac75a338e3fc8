// Jobs of timers that were set outside of a task, messages, and signals as tasks. Node has no channel for them, so
// hooks recognise their resources. `before` is hooked only once there is something that could call: a server without
// timers and ports pays for `init` alone.
import { createHook, executionAsyncResource } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { measured } from '../admission/cost.js'
import { autoOptions, onAutoOptions } from '../auto/options.js'
import { jobHooks } from '../jobhooks.js'
import { classOf } from '../states/reasons.js'
import { addTaskSource, currentTask } from '../tasks/scope.js'
import type { Task } from '../tasks/task.js'
import { stackOverflowEnds } from '../versions.js'
import { followJobs } from './job.js'
import { isUsersPort, portsOfWorkers } from './ports.js'
import { listenedTo, signalBegins, signalIs, signalOf } from './signals.js'
import { timerName } from './timers.js'

type JobKind = 'timer' | 'port' | 'pipe' | 'signal'

const kinds: Readonly<Record<string, JobKind>> = {
	Timeout: 'timer',
	MessagePort: 'port',
	Pipe: 'pipe',
	Signal: 'signal',
}
const byPrototype = new WeakMap<object, JobKind | null>()

addTaskSource(tasksOfJobs)

/** Creates tasks for what the options choose: nothing is installed if that is nothing. */
function tasksOfJobs(): () => void {
	let stop: (() => void) | null = null
	const adjust = (): void => {
		const { timers, messages, signals } = autoOptions()
		const isWanted = (timers || messages || signals) && !stackOverflowEnds(process.versions.node, 'hooks')
		if (isWanted === (stop !== null)) return
		stop?.()
		stop = isWanted ? install() : null
	}
	const unlisten = onAutoOptions(adjust)
	adjust()
	return () => {
		unlisten()
		stop?.()
	}
}

function install(): () => void {
	const jobs = followJobs()
	/** What calls jobs, by resource. */
	const names = new WeakMap<object, string>()
	/** The last job of a resource. Before Node 24 its context leaks into the next one. */
	const made = new WeakMap<object, Task>()
	/** Messages of a process that are read at once are emitted in ticks. */
	let isChannel = false
	let isHooked = false
	const hookCallbacks = (): void => {
		if (isHooked) return
		isHooked = true
		callbacks.enable()
	}

	const onInit = (_: number, type: string, __: number, resource: object): void => {
		if (type !== 'Timeout' && type !== 'MESSAGEPORT' && type !== 'SIGNALWRAP') return
		try {
			const options = autoOptions()
			if (type === 'Timeout') {
				const name = options.timers && isOutside() ? timerName(resource) : null
				if (name === null) return
				names.set(resource, name)
			} else if (type === 'MESSAGEPORT') {
				if (!options.messages || !isUsersPort()) return
				names.set(resource, 'message')
			} else {
				if (!options.signals) return
				signalBegins(resource)
			}
			hookCallbacks()
		} catch {
			// An error in a hook would end the program, so this job is not a task.
		}
	}
	const onCallback = (): void => {
		try {
			const resource = executionAsyncResource()
			const kind = kindOf(resource)
			if (kind === null) {
				if (!isChannel) return
				if (!isTick(resource)) isChannel = false
				else if (isMessage(resource)) begin(resource, 'message', 'message')
				return
			}
			jobs.returned()
			isChannel = kind === 'pipe' && autoOptions().messages && isChannelOf(resource)
			if (kind === 'pipe') return
			if (kind === 'signal') {
				if (autoOptions().signals) begin(resource, signalOf(resource), 'signal')
				return
			}
			const name = names.get(resource)
			// A port that is closed is called too.
			if (name === undefined || (kind === 'port' && !(resource as { hasRef(): boolean }).hasRef())) return
			begin(resource, name, kind === 'timer' ? 'timer' : 'message')
		} catch {
			// As above.
		}
	}
	const begin = (resource: object, name: string, kind: string): void => {
		const current = currentTask()
		if (current !== null && !isOver(current) && made.get(resource) !== current) return
		made.set(resource, jobs.begin(name, kind))
	}

	// Newer than the types.
	const cheap = { trackPromises: false } as object
	const inits = createHook({ init: measured(onInit), ...cheap })
	const callbacks = createHook({ before: measured(onCallback), ...cheap })
	const onChild = (): void => hookCallbacks()
	const onSignal = (name: unknown): void => {
		const resource = executionAsyncResource()
		if (typeof name !== 'string' || kindOf(resource) !== 'signal') return
		signalIs(resource, name)
		made.get(resource)?.rename(name)
	}
	const stopPorts = portsOfWorkers(port => {
		if (!autoOptions().messages) return
		names.set(port, 'message')
		hookCallbacks()
	})
	inits.enable()
	subscribe('child_process', onChild)
	subscribe('tsgotrace.signal', onSignal)
	if (process.connected || listenedTo().length > 0) hookCallbacks()
	jobHooks.again = () => {
		if (!isHooked) return
		callbacks.disable()
		callbacks.enable()
	}
	return () => {
		jobHooks.again = null
		unsubscribe('child_process', onChild)
		unsubscribe('tsgotrace.signal', onSignal)
		stopPorts()
		inits.disable()
		callbacks.disable()
		jobs.stop()
	}
}

/** Whether a timer that is set now is one of no task, or of one that has ended by the time of its call. */
function isOutside(): boolean {
	const task = currentTask()
	return task === null || isAutomatic(task)
}

function isOver(task: Task): boolean {
	return task.ended !== null && isAutomatic(task)
}

function isAutomatic({ kind }: Task): boolean {
	return kind === 'main' || kind === 'timer' || kind === 'message' || kind === 'signal'
}

function kindOf(resource: object): JobKind | null {
	const prototype = Object.getPrototypeOf(resource) as object | null
	if (prototype === null) return null
	let kind = byPrototype.get(prototype)
	if (kind === undefined) byPrototype.set(prototype, (kind = kinds[classOf(prototype)] ?? null))
	return kind
}

/** The channel between processes; other pipes have a stream. */
function isChannelOf(pipe: object): boolean {
	return Object.hasOwn(pipe, 'pendingHandle')
}

function isTick(resource: object): boolean {
	return Object.getPrototypeOf(resource) === Object.prototype
}

/** A tick in which Node emits a message of the program. */
function isMessage(tick: object): boolean {
	const args: unknown = Object.getOwnPropertyDescriptor(tick, 'args')?.value
	return Array.isArray(args) && args[0] === 'message'
}
