import { connect, type Socket } from 'node:net'
import { encodeJson, frameKind, onFrames, type ProtocolFrame, parseBody } from '../protocol/frames.js'
import { type About, type ClientRequest, protocolVersion, renewal } from '../protocol/messages.js'
import type { FailureBody } from '../protocol/problem.js'
import { LiveError } from './errors.js'

/** Bytes that a frame of a process may have. */
const maxBytes = 128 << 20

/** Takes what belongs to a request, before its answer. */
export interface ReplyTaker {
	notice?(value: unknown): void
	bytes?(chunk: Buffer): void
}

interface PendingRequest extends ReplyTaker {
	resolve(value: unknown): void
	reject(error: Error): void
}

/** A connection to one thread of a process. */
export class AgentConnection {
	readonly #socket: Socket
	readonly #pending = new Map<number, PendingRequest>()
	readonly #renewal: NodeJS.Timeout
	#hello: (about: About) => void = () => {}
	#last = 0
	/** What the thread said about itself when it was connected. */
	readonly about: Promise<About>
	/** Settles when the connection has ended, whoever ended it. */
	readonly closed: Promise<void>

	constructor(socket: Socket) {
		this.#socket = socket
		this.about = new Promise((resolve, reject) => {
			this.#hello = resolve
			socket.once('close', () => reject(new LiveError('closed', 'the process has closed the connection')))
		})
		// A caller that does not wait for it is not interested in its failure.
		this.about.catch(() => {})
		onFrames(socket, maxBytes, frame => this.#take(frame))
		// An error of a socket is followed by `close`.
		socket.on('error', () => {})
		this.#renewal = setInterval(() => void this.request({ verb: 'renew' }).catch(() => {}), renewal)
		this.#renewal.unref()
		this.closed = new Promise(resolve =>
			socket.once('close', () => {
				clearInterval(this.#renewal)
				for (const pending of this.#pending.values())
					pending.reject(new LiveError('closed', 'the process has ended, or closed the connection'))
				this.#pending.clear()
				resolve()
			}),
		)
	}

	/** @throws what the system says if nothing listens there */
	static async open(path: string): Promise<AgentConnection> {
		const socket = connect(path)
		await new Promise<void>((resolve, reject) => {
			socket.once('connect', resolve)
			socket.once('error', reject)
		})
		return new AgentConnection(socket)
	}

	/**
	 * Ask for something.
	 *
	 * @returns its answer, and the number by which it can be stopped
	 */
	begin(request: ClientRequest, taker: ReplyTaker = {}): { readonly id: number; readonly answer: Promise<unknown> } {
		const id = ++this.#last
		const answer = new Promise<unknown>((resolve, reject) => {
			if (this.#socket.destroyed)
				return reject(new LiveError('closed', 'the process has ended, or closed the connection'))
			this.#pending.set(id, { ...taker, resolve, reject })
			this.#socket.write(encodeJson(frameKind.request, id, request))
		})
		// A caller that does not wait for it is not interested in its failure.
		answer.catch(() => {})
		return { id, answer }
	}

	/** @throws {LiveError} if it fails, or the process ends before it answers */
	async request(request: ClientRequest, taker?: ReplyTaker): Promise<unknown> {
		return this.begin(request, taker).answer
	}

	async close(): Promise<void> {
		this.#socket.destroy()
		await this.closed
	}

	#take(frame: ProtocolFrame): void {
		if (frame.request === 0) return this.#greeted(parseBody(frame) as unknown as About)
		const pending = this.#pending.get(frame.request)
		if (pending === undefined) return
		if (frame.kind === frameKind.bytes) return pending.bytes?.(frame.body)
		const value = parseBody(frame)
		if (frame.kind === frameKind.notice) return pending.notice?.(value)
		this.#pending.delete(frame.request)
		if (frame.kind === frameKind.failure) pending.reject(errorOf(value))
		else pending.resolve(value)
	}

	#greeted(about: About): void {
		if (about.protocol !== protocolVersion) return void this.#socket.destroy()
		this.#hello(about)
	}
}

function errorOf({ problem = 'failed', message }: Partial<FailureBody>): LiveError {
	return new LiveError(problem, String(message))
}
