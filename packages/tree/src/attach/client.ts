import { WebSocket } from 'ws'
import { type Inspector, InspectorError } from '../live/inspector.js'

interface InspectorMessage {
	readonly id?: number
	readonly method?: string
	readonly params?: Readonly<Record<string, unknown>>
	readonly result?: Readonly<Record<string, unknown>>
	readonly error?: { readonly message: string }
}

type InspectorReply = (message: InspectorMessage | null) => void

/** Commands and events of the inspector's protocol, over any transport of text. */
export class Protocol implements Inspector {
	readonly #send: (text: string) => void
	readonly #answers: Map<number, InspectorReply> = new Map()
	readonly #listeners: Map<string, ((params: Readonly<Record<string, unknown>>) => void)[]> = new Map()
	#last = 0
	#ended = false
	/** Called for each message that comes. */
	onMessage: () => void = () => {}

	constructor(send: (text: string) => void) {
		this.#send = send
	}

	async post(
		method: string,
		params: Readonly<Record<string, unknown>> = {},
	): Promise<Readonly<Record<string, unknown>>> {
		const message = await new Promise<InspectorMessage | null>(resolve => {
			if (this.#ended) return resolve(null)
			const id = ++this.#last
			this.#answers.set(id, resolve)
			this.#send(JSON.stringify({ id, method, params }))
		})
		if (message === null) throw new InspectorError(`${method}: the process has closed its inspector, or ended`)
		if (message.error !== undefined) throw new InspectorError(`${method}: ${message.error.message}`)
		return message.result ?? {}
	}

	on(event: string, listener: (params: Readonly<Record<string, unknown>>) => void): void {
		this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
	}

	receive(text: string): void {
		this.onMessage()
		const message = JSON.parse(text) as InspectorMessage
		if (message.id !== undefined) {
			this.#answers.get(message.id)?.(message)
			this.#answers.delete(message.id)
		} else if (message.method !== undefined) {
			for (const listener of this.#listeners.get(message.method) ?? []) listener(message.params ?? {})
		}
	}

	/** No response can come any more. */
	end(): void {
		this.#ended = true
		for (const answer of this.#answers.values()) answer(null)
		this.#answers.clear()
	}
}

/** A connection to the inspector of another process. */
export class InspectorConnection {
	readonly protocol: Protocol
	/** Settles when either side has ended the connection. */
	readonly closed: Promise<void>
	readonly #socket: WebSocket

	private constructor(socket: WebSocket) {
		this.#socket = socket
		this.protocol = new Protocol(text => socket.send(text))
		socket.on('message', (data: Buffer) => this.protocol.receive(data.toString()))
		// An error of a socket closes it.
		socket.on('error', () => {})
		this.closed = new Promise(resolve =>
			socket.on('close', () => {
				this.protocol.end()
				resolve()
			}),
		)
	}

	/** @throws if nothing answers there */
	static async open(url: string): Promise<InspectorConnection> {
		const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 1 << 30 })
		await new Promise<void>((resolve, reject) => {
			socket.once('open', resolve)
			socket.once('error', reject)
		})
		return new InspectorConnection(socket)
	}

	async close(): Promise<void> {
		this.#socket.close()
		await this.closed
	}
}
