// Node's hooks into the execution: callbacks of the loop, and microtasks.
import { createHook, executionAsyncResource } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { measured } from '../admission/cost.js'
import { currentTask } from '../tasks/scope.js'
import { watching } from '../tasks/task.js'
import { StateMachine } from './machine.js'
import { reasonOf } from './reasons.js'
import { runs } from './runs.js'
import { settlerOf, settles, waitsFor } from './settlers.js'
import { mayWaitHere, sampleSites } from './sites.js'

/** What is followed, cheapest first. */
export interface Wanted {
	/** Microtasks too: which task runs after an `await` within one callback of the loop. */
	readonly exact: boolean
	/** Which task settled what a task waited for. */
	readonly wakes: boolean
	/** Where waits begin: sampled for one wait in this many; 0 for none. */
	readonly sites: number
}

const { threadCpuUsage } = process as { threadCpuUsage?: () => { readonly user: number; readonly system: number } }

function cpu(): number {
	if (threadCpuUsage === undefined) return performance.now()
	const { user, system } = threadCpuUsage.call(process)
	return (user + system) / 1000
}

/** @returns a function that removes the hooks */
export function install({ exact, wakes, sites }: Wanted): () => void {
	// Loaded only here: they take their time.
	const { performance } = process.getBuiltinModule('node:perf_hooks')
	const { promiseHooks } = process.getBuiltinModule('node:v8')
	const { nodeTiming } = performance
	const machine = new StateMachine(
		{ now: () => performance.now(), idle: () => nodeTiming.idleTime, cpu },
		currentTask(),
	)
	const onChild = (): void => machine.expectsSignals()
	const onCallback = (): void => {
		try {
			const task = currentTask()
			const reason = reasonOf(executionAsyncResource())
			if (reason !== null) machine.callback(task, reason)
			else if (task !== machine.current) machine.follows(task, undefined)
		} catch {
			// An error in a hook would end the program. The state then stays that of the previous task.
		}
	}
	const onMicrotask = (promise: object): void => {
		try {
			const task = currentTask()
			if (task !== machine.current) machine.follows(task, wakes ? settlerOf(promise) : undefined)
		} catch {
			// As above.
		}
	}
	const onInit = (promise: object, parent: object | undefined): void => {
		try {
			if (wakes && parent !== undefined) waitsFor(promise, parent)
			if (sites !== 0) mayWaitHere()
		} catch {
			// As above.
		}
	}
	const onResource = (): void => {
		try {
			mayWaitHere()
		} catch {
			// As above.
		}
	}
	const onSettled = (promise: object): void => {
		try {
			settles(promise, machine.runOf(currentTask()))
		} catch {
			// As above.
		}
	}
	sampleSites(sites)
	const hook = createHook({
		before: measured(onCallback),
		...(sites === 0 ? {} : { init: measured(onResource) }),
		// Newer than the types.
		...({ trackPromises: false } as object),
	})
	hook.enable()
	const stopPromises =
		exact || wakes
			? promiseHooks.createHook({
					before: measured(onMicrotask),
					...(wakes || sites !== 0 ? { init: measured(onInit) } : {}),
					...(wakes ? { settled: measured(onSettled) } : {}),
				})
			: null
	subscribe('child_process', onChild)
	watching.by = machine
	runs.now = () => machine.runsNow()
	return () => {
		watching.by = null
		runs.now = null
		unsubscribe('child_process', onChild)
		hook.disable()
		;(stopPromises as (() => void) | null)?.()
		machine.stop()
		sampleSites(0)
	}
}
