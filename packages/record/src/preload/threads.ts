// When the main thread ends, Node ends its workers without notifying them. So the main thread asks them to write what
// they have, and waits.
import {
	BroadcastChannel,
	getEnvironmentData,
	isMainThread,
	setEnvironmentData,
	threadId,
	type Worker,
} from 'node:worker_threads'
import { now } from '../engine/clock.js'

/** Maximum number of workers that are asked. */
const maxWorkers = 1023
/** Milliseconds that the main thread waits for them. A worker that is busy for longer loses what it has not written. */
const maxWait = 500

export type ThreadRequest = 'end' | 'dump'
/** A program may be recorded and profiled at the same time. */
type Purpose = 'record' | 'profile'

/**
 * The ids of the workers that record, in memory that all threads share: 0 marks a free entry. Index 0 counts the
 * changes.
 */
function table(purpose: Purpose): Int32Array {
	const key = `tsgotrace.${purpose}.threads`
	const known: unknown = getEnvironmentData(key)
	if (known instanceof SharedArrayBuffer) return new Int32Array(known)
	const shared = new SharedArrayBuffer(4 * (maxWorkers + 1))
	// Every worker that starts from now on gets it.
	setEnvironmentData(key, shared)
	return new Int32Array(shared)
}

/** Coordinates this thread with the others at the end of the process. */
export class Threads {
	readonly #table: Int32Array
	readonly #channel: string

	/**
	 * @param take called in workers, when the main thread asks; it answers by returning. The worker may be gone a moment
	 * later
	 */
	constructor(purpose: Purpose, take: (message: ThreadRequest) => void) {
		this.#table = table(purpose)
		this.#channel = `tsgotrace.${purpose}.${process.pid}`
		process.on('worker', (worker: Worker) => {
			const id = worker.threadId
			worker.once('exit', () => this.#leave(id))
		})
		if (isMainThread) return
		this.#enter()
		const channel = new BroadcastChannel(this.#channel)
		channel.onmessage = event => {
			const { data } = event as { data: ThreadRequest }
			take(data)
			if (data === 'end') this.#leave(threadId)
		}
		channel.unref()
	}

	/** Ask all workers. */
	ask(message: ThreadRequest): void {
		if (!isMainThread || !this.#some()) return
		const channel = new BroadcastChannel(this.#channel)
		channel.postMessage(message)
		if (message === 'end') this.#wait()
		channel.close()
	}

	/** The worker ends by itself, and has written everything. */
	leave(): void {
		if (!isMainThread) this.#leave(threadId)
	}

	#some(): boolean {
		return this.#table.some((id, at) => at > 0 && id !== 0)
	}

	#wait(): void {
		const until = now() + maxWait
		for (;;) {
			const before = Atomics.load(this.#table, 0)
			const left = until - now()
			if (left <= 0 || !this.#some()) return
			Atomics.wait(this.#table, 0, before, left)
		}
	}

	#enter(): void {
		for (let at = 1; at <= maxWorkers; at++) if (Atomics.compareExchange(this.#table, at, 0, threadId) === 0) return
	}

	#leave(id: number): void {
		for (let at = 1; at <= maxWorkers; at++) if (Atomics.compareExchange(this.#table, at, id, 0) === id) break
		Atomics.add(this.#table, 0, 1)
		Atomics.notify(this.#table, 0)
	}
}
