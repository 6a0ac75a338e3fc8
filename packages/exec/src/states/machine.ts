// The states of the tasks of this thread: who runs, since when, and what the others waited for when they run again.
import type { Task, TaskEnd } from '../tasks/task.js'
import { rounded } from '../thread/ticker.js'
import type { WaitReason } from './events.js'
import { type RunningTask, runs } from './runs.js'
import { runBegins, runEnds, siteOf, takeSite } from './sites.js'
import { traceRunDone, traceWaitDone, traceWake } from './ztrace.js'

/** The time in milliseconds, and how much of it the event loop has slept. Replaced in tests. */
export interface ThreadClock {
	now(): number
	idle(): number
	/** CPU time of the thread in milliseconds. */
	cpu(): number
}

/** A task runs, and another one may have made it runnable. */
export interface TaskRun {
	readonly task: Task
	readonly by: Task | null
}

/**
 * The run that settled the promise that a microtask waited for: null outside of tasks, `before` if it was settled
 * before it was awaited. Undefined: unknown.
 */
export type Settler = TaskRun | null | 'before' | undefined

/**
 * Minimum milliseconds of a run to be reported after its task has ended: the rest of the callback that ended it is not
 * worth reporting.
 */
const minRunAfterEnd = 1

/**
 * Of the durations that are reported, in milliseconds: 64 ns, as the recorder has for the times of such slices. Reading
 * the clock takes longer.
 */
const resolution = 0.000_064

/**
 * Minimum milliseconds between two looks at how long the loop has slept, which take longer than all else of a callback.
 * A busy loop has several callbacks in that time. What it slept meanwhile counts at the next look.
 */
const minPause = 1 / 32

export class StateMachine {
	/** The running task, and the other one that made it runnable. */
	current: Task | null
	#by: Task | null = null
	/** Both as an object, once something asks for it: most runs settle nothing that is watched. */
	#run: TaskRun | null = null
	readonly #clock: ThreadClock
	readonly #installed: number
	/** When the run of the current task began. */
	#began: number
	/** How long the loop had slept at the last check. */
	#idle: number
	/** When that was. */
	#checked: number
	/** When the loop last woke up, as far as observed. */
	#woke: number
	/**
	 * The current callback of the loop, with its microtasks: when it began, its task, and the reason of the waits that it
	 * ends.
	 */
	#turn: number
	#turnTask: Task | null
	#turnReason: WaitReason = 'unknown'
	/** Time and CPU time of the thread when the loop last woke up. Null unless signals may interrupt its sleep. */
	#awake: { now: number; cpu: number } | null = null

	constructor(clock: ThreadClock, current: Task | null) {
		this.#clock = clock
		this.current = this.#turnTask = current
		this.#installed = this.#began = this.#woke = this.#turn = this.#checked = clock.now()
		this.#idle = clock.idle()
	}

	/** The loop calls back, in `task`. */
	callback(task: Task | null, reason: WaitReason): void {
		const now = this.#clock.now()
		const slept = this.#awake === null ? this.#slept(now) : this.#sleptThroughSignals(now, this.#awake, reason)
		this.#turn = now
		this.#turnTask = task !== null && task.ended === null ? task : null
		this.#turnReason = reason
		if (task !== this.current || slept > 0) this.#switch(task, now, slept, reason, null, this.#woke)
	}

	/**
	 * From now on, signals may interrupt the sleep of the loop, as SIGCHLD does: libuv counts only the sleep after the
	 * last of them. The thread takes no CPU time while it sleeps.
	 */
	expectsSignals(): void {
		this.#awake ??= { now: this.#clock.now(), cpu: this.#clock.cpu() }
	}

	/** What follows a callback, a microtask or a tick, runs in `task`, which is not the current one. */
	follows(task: Task | null, settler: Settler): void {
		const now = this.#clock.now()
		const slept = this.#slept(now)
		if (slept > 0) {
			// The loop has turned without a reported callback, as for `import()`.
			this.#turn = now
			this.#turnTask = null
			this.#turnReason = 'unknown'
		}
		if (task === null || task.ended !== null) return this.#switch(task, now, slept, 'unknown', null, now)
		if (settler === 'before') return this.#switch(task, now, slept, 'immediate', null, this.#woke)
		const by = this.#waker(task, settler)
		const reason = by === null ? this.#reasonFor(task, settler) : 'sync'
		let ready = reason === 'sync' ? Math.max(this.#woke, this.#turn) : this.#woke
		// It waited for the end of a part of it, which kept the thread until then.
		if (by !== null && by.ended !== null && by.parent === task) ready = Math.max(ready, by.stopped)
		this.#switch(task, now, slept, reason, by, ready)
	}

	/** `task` runs from here on, called by the current task. */
	enters(task: Task): void {
		if (task === this.current) return
		const born = task.stopped
		// It began in the call that enters it, so its first run begins with it.
		const now = born === task.began && born >= this.#began ? born : this.#clock.now()
		// The call makes it run: it could not before.
		this.#switch(task, now, 0, this.current === null ? 'unknown' : 'sync', this.current, now)
	}

	/** The call of the current task has returned to `task`. */
	returns(task: Task | null): void {
		const from = this.current
		if (task === from) return
		const now = this.#clock.now()
		this.#switch(task, now, 0, 'sync', from, now)
	}

	/** The task that runs, whose run is not reported yet. */
	runsNow(): RunningTask | null {
		return this.current === null ? null : { task: this.current, began: this.#began }
	}

	/** `task` ends now. */
	ends(task: Task, how: TaskEnd): void {
		const now = this.#clock.now()
		if (task === this.current) this.#ran(task, now, 0)
		else {
			// For example, a request whose response is written. What it would have waited for is unknown.
			const isDone = how !== 'exited' && how !== 'lost'
			this.#waited(task, now, isDone ? this.#turnReason : 'unknown', 0, null)
			task.stopped = now
			return
		}
		this.#began = now
	}

	/** Where the present wait of `task` began, if it was sampled. */
	waitsAt(task: Task): string | null {
		return siteOf(task)
	}

	/**
	 * The run of code in the context of `task`, which differs from the running task if the program has bound a function
	 * to it.
	 */
	runOf(task: Task | null): TaskRun | null {
		if (task === null) return null
		const { current } = this
		// In the context of a task that is over, the work belongs to the caller.
		if (current === null || (task !== current && task.ended === null)) return { task, by: null }
		return (this.#run ??= { task: current, by: this.#by })
	}

	/** Report the current run. */
	stop(): void {
		if (this.current !== null) this.#ran(this.current, this.#clock.now(), 0)
		this.current = this.#by = this.#run = null
	}

	/** How long the loop has slept since the last check. */
	#slept(now: number): number {
		if (now - this.#checked < minPause) return 0
		this.#checked = now
		const idle = this.#clock.idle()
		const slept = idle - this.#idle
		if (slept <= 0) return 0
		this.#idle = idle
		this.#woke = now
		return slept
	}

	#sleptThroughSignals(now: number, awake: { now: number; cpu: number }, reason: WaitReason): number {
		let slept = this.#slept(now)
		if (slept === 0 && reason !== 'child') return 0
		const cpu = this.#clock.cpu()
		if (reason === 'child') slept = Math.max(slept, now - awake.now - (cpu - awake.cpu))
		if (slept > 0) {
			this.#woke = now
			this.#awake = { now, cpu }
		}
		return slept
	}

	/** @param ready since when it could run, at the earliest */
	#switch(task: Task | null, now: number, slept: number, reason: WaitReason, by: Task | null, ready: number): void {
		if (this.current !== null) this.#ran(this.current, now, slept)
		this.current = task
		this.#by = by
		this.#run = null
		this.#began = now
		runBegins()
		if (task !== null && task.ended === null) this.#waited(task, now, reason, now - ready, by)
	}

	#ran(task: Task, now: number, slept: number): void {
		const ms = Math.max(0, now - slept - this.#began)
		if (task.ended === null) task.stopped = this.#began + ms
		runEnds(task)
		runs.kept?.add(task, this.#began, this.#began + ms)
		runs.ended?.(task, this.#began, this.#began + ms)
		if (task.sampled && (task.ended === null || ms >= minRunAfterEnd))
			traceRunDone(rounded(ms, resolution), task.id, task.name, floored(now - this.#began - ms))
	}

	#waited(task: Task, now: number, reason: WaitReason, runnable: number, by: Task | null): void {
		const ms = now - Math.max(task.stopped, this.#installed)
		// Its first run begins with it.
		if (ms <= 0 || !task.sampled) return
		if (by !== null) traceWake(task.id, by.id)
		takeSite(task)
		const reported = rounded(ms, resolution)
		traceWaitDone(reported, task.id, reason, floored(Math.min(reported, Math.max(0, runnable))))
	}

	/** The other task that made `task` runnable, null if none did. */
	#waker(task: Task, settler: Settler): Task | null {
		if (settler === undefined || settler === null || settler === 'before') return null
		// A step within the task, as in `Promise.all`: the waker is the one of that step.
		if (settler.task === task) return settler.by
		// Sockets of a pool keep the task that opened them, which is over: their callbacks count as the loop's.
		return settler.task.ended !== null && settler.task.stopped < this.#turn ? null : settler.task
	}

	#reasonFor(task: Task, settler: Settler): WaitReason {
		// The waker is unknown, and it has run in this turn: the loop has not called back since.
		if (settler === undefined && task.stopped >= this.#turn) return 'sync'
		// A branch of the task settled what another branch awaited: it only waited for its turn.
		if (
			settler !== null &&
			settler !== undefined &&
			settler !== 'before' &&
			settler.task === task &&
			task.stopped >= this.#turn
		)
			return 'immediate'
		const isOfLoop = this.#turnTask === null || this.#turnTask === task || settler !== undefined
		return isOfLoop ? this.#turnReason : 'sync'
	}
}

/** To a binary fraction of about a microsecond: a double of few bits takes little space where it is compressed. */
function floored(ms: number): number {
	return Math.floor(ms * 1024) / 1024
}
