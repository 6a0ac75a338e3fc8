// What goes over a socket between a process and who looks into it: a kind, the number of a request, and the bytes that
// belong to it.
import type { Socket } from 'node:net'

/** Of a request, or of what answers it. */
export const frameKind = {
	/** JSON: what is asked for. */
	request: 0,
	/** JSON: the last of a request, its result. */
	answer: 1,
	/** JSON: the last of a request, why it failed. */
	failure: 2,
	/** JSON: a piece of news about a request that goes on. */
	notice: 3,
	/** A piece of what was asked for. */
	bytes: 4,
} as const

export type FrameKind = (typeof frameKind)[keyof typeof frameKind]

export interface ProtocolFrame {
	readonly kind: FrameKind
	readonly request: number
	readonly body: Buffer
}

const headerSize = 9

/** A frame as bytes. */
export function encodeFrame(kind: FrameKind, request: number, body: Uint8Array): Buffer {
	const out = Buffer.allocUnsafe(headerSize + body.length)
	out[0] = kind
	out.writeUInt32LE(request, 1)
	out.writeUInt32LE(body.length, 5)
	out.set(body, headerSize)
	return out
}

/** A frame whose body is JSON. */
export function encodeJson(kind: FrameKind, request: number, value: unknown): Buffer {
	return encodeFrame(kind, request, Buffer.from(JSON.stringify(value ?? null)))
}

/** Takes chunks of a stream and gives the frames in it. */
export class FrameReader {
	readonly #max: number
	/** What has come of the next frame. Joined once it is whole: a long one comes in hundreds of chunks. */
	#chunks: Buffer[] = []
	#length = 0
	/** Bytes that are needed to go on. */
	#needed = headerSize

	/** @param max bytes that the body of a frame may have */
	constructor(max: number) {
		this.#max = max
	}

	/** @throws RangeError for what is not a frame: the stream must end */
	push(chunk: Buffer): ProtocolFrame[] {
		this.#chunks.push(chunk)
		this.#length += chunk.length
		const frames: ProtocolFrame[] = []
		if (this.#length < this.#needed) return frames
		let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
		this.#needed = headerSize
		while (bytes.length >= headerSize) {
			const kind = bytes[0]!
			const length = bytes.readUInt32LE(5)
			if (kind > frameKind.bytes) throw new RangeError(`there is no frame of kind ${kind}`)
			if (length > this.#max) throw new RangeError(`a frame of ${length} bytes is longer than ${this.#max}`)
			if (bytes.length < headerSize + length) {
				this.#needed = headerSize + length
				break
			}
			frames.push({
				kind: kind as FrameKind,
				request: bytes.readUInt32LE(1),
				body: bytes.subarray(headerSize, headerSize + length),
			})
			bytes = bytes.subarray(headerSize + length)
		}
		this.#chunks = [bytes]
		this.#length = bytes.length
		return frames
	}
}

/**
 * Call `take` for each frame that comes over a socket. What is not a frame, or not taken, ends the connection.
 * @param max bytes that the body of a frame may have
 */
export function onFrames(socket: Socket, max: number, take: (frame: ProtocolFrame) => void): void {
	const reader = new FrameReader(max)
	socket.on('data', (chunk: Buffer) => {
		try {
			for (const frame of reader.push(chunk)) take(frame)
		} catch {
			// The other side does not use this protocol.
			socket.destroy()
		}
	})
}

/** @throws SyntaxError, TypeError if it is not an object of JSON */
export function parseBody({ body }: ProtocolFrame): Readonly<Record<string, unknown>> {
	const value: unknown = JSON.parse(body.toString())
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new TypeError('a message must be an object')
	return value as Readonly<Record<string, unknown>>
}
