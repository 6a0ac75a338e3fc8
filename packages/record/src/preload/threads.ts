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
/**
 * Milliseconds that the main thread waits until they begin to answer. What a worker has not written that is busy for
 * longer, the main thread writes itself, as far as it can.
 */
const maxWait = 500
/** Milliseconds that it waits for those that have begun: on a busy machine, they may get no processor meanwhile. */
const maxAnswer = 5000

export type ThreadRequest = 'end' | 'dump'
/** A program may be recorded and profiled at the same time. */
type Purpose = 'record' | 'profile'

/**
 * The ids of the workers that record, in memory that all threads share: 0 marks a free entry, a negative id a worker
 * that writes because it was asked. Index 0 counts the changes.
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
			if (data === 'end') this.#replace(threadId, -threadId)
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
		const asked = now()
		for (;;) {
			const before = Atomics.load(this.#table, 0)
			const answers = this.#table.some((id, at) => at > 0 && id < 0)
			const waited = now() - asked
			const left = (answers && waited >= maxWait ? maxAnswer : maxWait) - waited
			if (left <= 0 || !this.#some()) return
			Atomics.wait(this.#table, 0, before, left)
		}
	}

	#enter(): void {
		this.#replace(0, threadId)
	}

	#leave(id: number): void {
		if (!this.#replace(id, 0)) this.#replace(-id, 0)
		Atomics.add(this.#table, 0, 1)
		Atomics.notify(this.#table, 0)
	}

	/** The first entry that is `from`, if there is one. */
	#replace(from: number, to: number): boolean {
		for (let at = 1; at <= maxWorkers; at++)
			if (Atomics.compareExchange(this.#table, at, from, to) === from) return true
		return false
	}
}
