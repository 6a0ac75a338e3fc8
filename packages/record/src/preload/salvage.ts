// A worker that its program terminates runs no code any more. Its recorder shares its memory with the main thread,
// which writes what is left in it.
import {
	BroadcastChannel,
	isMainThread,
	type MessagePort,
	receiveMessageOnPort,
	threadId,
	type Worker,
} from 'node:worker_threads'
import { type SharedBuffers, Survivor } from '../engine/survivor.js'
import { fstatSync } from '../process/fs.js'
import { OwnFile } from '../process/ownfile.js'
import { writeAll } from '../sinks/write.js'
import { completeReport } from './report.js'

/** What a worker sends to the main thread when its recording begins. */
interface Announcement {
	readonly thread: number
	readonly buffers: SharedBuffers
	/** The paths of its part and its report. */
	readonly part: string
	readonly report: string
}

const name = `tsgotrace.record.${process.pid}.memory`

/** Give the main thread access to the memory of this worker. */
export function announce({ buffers }: Survivor, part: string, report: string): void {
	const channel = new BroadcastChannel(name)
	channel.postMessage({ thread: threadId, buffers, part, report } satisfies Announcement)
	channel.close()
}

/** In the main thread: writes what workers have left in memory. */
export class Salvage {
	readonly #known = new Map<number, Announcement>()
	readonly #channel = new BroadcastChannel(name)

	constructor() {
		this.#channel.onmessage = event => this.#hear((event as { data: Announcement }).data)
		this.#channel.unref()
		process.on('worker', (worker: Worker) => {
			const id = worker.threadId
			worker.once('exit', () => this.#take(id, true))
		})
	}

	/** The main thread ends, and so do its workers and their workers. */
	all(): void {
		this.#receive()
		for (const id of this.#known.keys()) this.#take(id, false)
	}

	#hear(announcement: Announcement): void {
		// Workers of workers, whose end is not reported here.
		for (const [id, { buffers }] of this.#known) if (new Survivor(buffers).isClosed) this.#known.delete(id)
		this.#known.set(announcement.thread, announcement)
	}

	/** Receive messages that have arrived and are not delivered yet. */
	#receive(): void {
		for (;;) {
			const received: { readonly message: Announcement } | undefined = receiveMessageOnPort(
				this.#channel as unknown as MessagePort,
			)
			if (received === undefined) return
			this.#hear(received.message)
		}
	}

	#take(id: number, isDead: boolean): void {
		this.#receive()
		const known = this.#known.get(id)
		if (known === undefined) return
		this.#known.delete(id)
		try {
			const survivor = new Survivor(known.buffers)
			const file = new OwnFile(known.part, 'a')
			try {
				const rest = survivor.take(isDead, fstatSync(file.fd).size)
				if (rest === null) return
				writeAll(file.fd, rest)
				completeReport(known.report, survivor.counts)
			} finally {
				file.close()
			}
		} catch {
			// The directory was removed, or the disk is full. The command reports that the thread ended without notice.
		}
	}
}

/** Only where there may be workers. */
export function salvage(): Salvage | null {
	return isMainThread ? new Salvage() : null
}
