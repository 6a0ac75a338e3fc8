import type { Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { frameKind, onFrames, type ProtocolFrame, parseBody } from '../protocol/frames.js'
import { type ClientRequest, type EndReason, lease, type SetRequest } from '../protocol/messages.js'
import { failureBody, RequestError } from '../protocol/problem.js'
import { about, type Powers } from './about.js'
import { execRemote } from './exec.js'
import { Outlet } from './outlet.js'
import { LiveRecording } from './recording.js'
import { dumpRings } from './rings.js'
import { Top } from './top.js'

/** Bytes that a request may have. */
const maxBytes = 1 << 20
/** Recordings and tables of one session at a time. */
const maxRunning = 4

/**
 * One client, in the thread that it looks into. All that it begins ends with its connection, or when it has not said
 * for some seconds that it is still there.
 */
export class ClientSession {
	readonly #socket: Socket
	readonly #powers: Powers
	readonly #out: Outlet
	readonly #running = new Map<number, { stop(ending: EndReason): void }>()
	/** Undo what the client has set, in the order in which it was. */
	readonly #undo: (() => void)[] = []
	#lease: NodeJS.Timeout | undefined

	/** @param ended called once, when nothing of it is left */
	constructor(socket: Socket, powers: Powers, ended: () => void) {
		this.#socket = socket
		this.#powers = powers
		this.#out = new Outlet(socket)
		// A client does not keep the process alive.
		socket.unref()
		onFrames(socket, maxBytes, frame => this.#take(frame))
		// An error of a socket is followed by `close`.
		socket.on('error', () => {})
		socket.on('close', () => {
			clearTimeout(this.#lease)
			for (const running of this.#running.values()) running.stop('stop')
			for (const undo of this.#undo.reverse()) undo()
			ended()
		})
		this.#renew()
		this.#out.send(frameKind.notice, 0, about(powers))
	}

	close(): void {
		this.#socket.destroy()
	}

	#renew(): void {
		clearTimeout(this.#lease)
		this.#lease = setTimeout(() => this.#socket.destroy(), lease)
		this.#lease.unref()
	}

	#take(frame: ProtocolFrame): void {
		if (frame.kind !== frameKind.request) throw new RangeError('a client sends requests')
		this.#renew()
		const request = parseBody(frame) as unknown as ClientRequest
		try {
			this.#perform(frame.request, request)
		} catch (error) {
			this.#out.send(frameKind.failure, frame.request, failureBody(error))
		}
	}

	#perform(id: number, request: ClientRequest): void {
		switch (request.verb) {
			case 'about':
				return this.#out.send(frameKind.answer, id, about(this.#powers))
			case 'renew':
				return this.#out.send(frameKind.answer, id, {})
			case 'stop':
				this.#running.get(request.request)?.stop('stop')
				return this.#out.send(frameKind.answer, id, {})
			case 'record':
				return this.#start(id, ended => {
					return new LiveRecording(request, this.#powers, {
						waiting: () => this.#out.waiting,
						chunk: bytes => this.#out.sendBytes(frameKind.bytes, id, bytes),
						began: news => this.#out.send(frameKind.notice, id, news),
						ended: result => {
							ended()
							this.#out.send(frameKind.answer, id, result)
						},
					})
				})
			case 'top':
				return this.#start(id, ended => {
					return new Top(
						request,
						table => this.#out.send(frameKind.notice, id, table),
						ending => {
							ended()
							this.#out.send(frameKind.answer, id, { ended: ending })
						},
					)
				})
			case 'set':
				return this.#set(id, request)
			case 'tasks':
				return this.#out.send(frameKind.answer, id, execRemote().tasks())
			case 'dump':
				void this.#dump(id)
				return
			default:
				throw new Error(`there is no verb '${String((request as { verb: unknown }).verb)}'`)
		}
	}

	#set(id: number, { sampleTasks, budget, states, keep = false }: SetRequest): void {
		const isChange = sampleTasks !== undefined || budget !== undefined
		if (isChange && !this.#powers.maySet)
			throw new RequestError(
				'refused',
				'clients change nothing here. Prepare the process with { maySet: true } to let them set how tasks are sampled',
			)
		const exec = execRemote()
		const before = exec.settings()
		const undo = exec.set({
			...(sampleTasks !== undefined && { sampleTasks }),
			...(budget !== undefined && { budget }),
			...(states !== undefined && { states }),
		})
		if (!keep) this.#undo.push(undo)
		this.#out.send(frameKind.answer, id, { before, now: exec.settings() })
	}

	#start(id: number, begin: (ended: () => void) => { stop(ending: EndReason): void }): void {
		if (this.#running.size >= maxRunning)
			throw new Error(`a client may have ${maxRunning} recordings and tables at a time`)
		if (this.#running.has(id)) throw new Error(`request ${id} has begun already`)
		this.#running.set(
			id,
			begin(() => this.#running.delete(id)),
		)
	}

	async #dump(id: number): Promise<void> {
		try {
			const rings = await dumpRings(
				ring => this.#out.send(frameKind.notice, id, { ring }),
				async bytes => {
					if (this.#socket.destroyed) throw new Error('the client has gone')
					this.#out.sendBytes(frameKind.bytes, id, bytes)
					this.#renew()
					if (this.#socket.writableNeedDrain) await this.#drained()
				},
			)
			this.#out.send(frameKind.answer, id, { rings })
		} catch (error) {
			this.#out.send(frameKind.failure, id, failureBody(error))
		}
	}

	async #drained(): Promise<void> {
		await new Promise<void>(resolve => {
			const done = (): void => {
				this.#socket.off('drain', done)
				this.#socket.off('close', done)
				resolve()
			}
			this.#socket.on('drain', done)
			this.#socket.on('close', done)
		})
	}
}
