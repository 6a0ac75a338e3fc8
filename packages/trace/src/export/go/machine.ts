// Threads of Node that run tasks, in Go's terms: each is a proc with a goroutine for its event loop, each task is a
// goroutine, and each thread of Node's pool is a proc while it works.
import type { Frame } from '../../format/pprof.js'
import type { WaitMark } from './generation.js'
import type { Goroutine, GoThread, Stack } from './model.js'
import { Rows } from './rows.js'
import { type GoWriter, unspecified } from './writer.js'

/** A wait of a task: its reason as Go has it; `syscall` if a thread of Node's pool works meanwhile. */
export interface GoWait {
	readonly reason: string
	/** Where it is, if that is known, as a stack without the root of the task. */
	readonly site: Stack
	/** It waits for nothing but its turn. */
	readonly isYield: boolean
}

/** A task stops running. */
export interface Stop {
	readonly time: number
	/** What it waits for then; null as long as that is not known. */
	wait: GoWait | null
	done: boolean
}

/** A thread of Node. */
export interface Loop {
	readonly thread: GoThread
	readonly goroutine: Goroutine
	current: GoTask | null
}

/** A task. */
export interface GoTask {
	readonly goroutine: Goroutine
	readonly loop: Loop
	state: 'ready' | 'running' | 'waiting' | 'pool' | 'gone'
	/** The end of its run. */
	stop: Stop | null
	/** Of a wait of which the reason is not known yet. */
	unexplained: WaitMark | null
	/** Of the pool. */
	lane: GoThread | null
	/** Done once it runs again. */
	readonly later: (() => void)[]
}

export class Machine {
	readonly #writer: GoWriter
	readonly #rows: Rows
	#first: Loop | null = null

	constructor(writer: GoWriter) {
		this.#writer = writer
		this.#rows = new Rows(writer)
	}

	/** A thread of Node, idle. */
	loop(root: Frame): Loop {
		// A goroutine that runs announces the new row.
		const thread = this.#first === null ? this.#rows.take() : this.#whileOneRuns(this.#first)
		const goroutine = this.#writer.create(thread, root)
		this.#writer.start(thread, goroutine)
		this.#writer.block(goroutine, idle)
		this.#writer.stopProc(thread)
		const loop: Loop = { thread, goroutine, current: null }
		this.#first ??= loop
		return loop
	}

	#whileOneRuns(loop: Loop): GoThread {
		let thread: GoThread | null = null
		this.onGoroutine(loop, () => (thread = this.#rows.take()))
		return thread!
	}

	create(loop: Loop, root: Frame): GoTask {
		let goroutine: Goroutine | null = null
		this.onProc(loop, () => (goroutine = this.#writer.create(loop.thread, root)))
		return { goroutine: goroutine!, loop, state: 'ready', stop: null, unexplained: null, lane: null, later: [] }
	}

	/** @param stop when it will stop */
	start(task: GoTask, stop: Stop): void {
		if (task.state === 'gone') return
		const { loop } = task
		task.stop = stop
		if (task.state === 'running') return
		this.#wake(task, null)
		const { current } = loop
		// One runs at a time: the times of two reports are not exact.
		if (current !== null) this.#leave(current, current.stop!)
		this.#run(task)
	}

	stop(task: GoTask, stop: Stop): void {
		if (stop.done || task.state === 'gone') return
		if (task.state === 'running') this.#leave(task, stop)
	}

	/** What it waited for has happened. */
	ready(task: GoTask, wait: GoWait, by: GoTask | null): void {
		if (task.state !== 'waiting' && task.state !== 'pool') return
		if (task.unexplained !== null) {
			this.#writer.explain(task.unexplained, wait.reason === syscall ? poolWait : wait.reason, [
				...wait.site,
				...task.goroutine.root,
			])
			task.unexplained = null
		}
		this.#wake(task, by)
	}

	/** It has ended. */
	end(task: GoTask, before: (goroutine: Goroutine) => void): void {
		if (task.state === 'gone') return
		const { loop, goroutine } = task
		const last = (): void => {
			before(goroutine)
			this.#writer.destroy(goroutine)
			loop.current = null
			task.state = 'gone'
		}
		if (task.state === 'running') return last()
		this.#wake(task, null)
		this.#briefly(loop, () => {
			this.#run(task)
			last()
		})
	}

	/** Does something on what runs on a thread: a task, or the event loop. */
	onGoroutine(loop: Loop, fn: (goroutine: Goroutine) => void): void {
		if (loop.current !== null) return fn(loop.current.goroutine)
		const { goroutine, thread } = loop
		this.onProc(loop, () => {
			this.#writer.unblock(thread, goroutine)
			this.#writer.start(thread, goroutine)
			fn(goroutine)
			this.#writer.block(goroutine, idle)
		})
	}

	/** Does something on a thread that has a proc. */
	onProc({ thread }: Loop, fn: () => void): void {
		const wasIdle = thread.proc === null
		if (wasIdle) this.#writer.startProc(thread)
		fn()
		if (wasIdle) this.#writer.stopProc(thread)
	}

	/** Nothing runs on the thread for a while. */
	idle({ current, thread }: Loop): void {
		if (current === null && thread.proc !== null) this.#writer.stopProc(thread)
	}

	/** While another one waits. */
	#briefly(loop: Loop, fn: () => void): void {
		const { current, thread } = loop
		const wasIdle = thread.proc === null
		if (current !== null) this.#writer.stop(current.goroutine, 'preempted')
		fn()
		if (wasIdle) this.#writer.stopProc(thread)
		if (current === null) return
		this.#writer.start(thread, current.goroutine)
		loop.current = current
	}

	#run(task: GoTask): void {
		const { loop, goroutine } = task
		if (loop.thread.proc === null) this.#writer.startProc(loop.thread)
		this.#writer.start(loop.thread, goroutine)
		loop.current = task
		task.state = 'running'
		for (const fn of task.later.splice(0)) fn()
	}

	#leave(task: GoTask, stop: Stop): void {
		const { goroutine, loop } = task
		const { wait } = stop
		stop.done = true
		loop.current = null
		if (wait === null) {
			task.unexplained = this.#writer.blockUnexplained(goroutine)
			task.state = 'waiting'
			return
		}
		const stack = [...wait.site, ...goroutine.root]
		if (wait.isYield) {
			this.#writer.stop(goroutine, 'runtime.Gosched', stack)
			task.state = 'ready'
		} else if (wait.reason === syscall) {
			// Before it stops: a new row is announced by a goroutine that runs.
			const lane = this.#rows.take()
			this.#writer.stop(goroutine, unspecified, stack)
			this.#writer.start(lane, goroutine)
			this.#writer.beginSyscall(goroutine, stack)
			task.lane = lane
			task.state = 'pool'
		} else {
			this.#writer.block(goroutine, wait.reason, stack)
			task.state = 'waiting'
		}
	}

	#wake(task: GoTask, by: GoTask | null): void {
		const { goroutine, lane } = task
		if (task.state === 'pool') {
			this.#writer.endSyscall(goroutine)
			this.#writer.stop(goroutine, unspecified, goroutine.at)
			this.#rows.release(lane!)
			task.lane = null
		} else if (task.state === 'waiting') {
			if (task.unexplained !== null) task.unexplained.generation.pending--
			task.unexplained = null
			const thread = by?.state === 'running' ? by.goroutine.thread! : this.#writer.thread(0)
			this.#writer.unblock(thread, goroutine)
		} else return
		task.state = 'ready'
	}
}

/** What {@link GoWait.reason} is while a thread of the pool works. */
export const syscall = 'syscall'
/** Where that is known too late to show the thread. */
const poolWait = unspecified
const idle = 'system goroutine wait'
