import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import process from 'node:process'
import { encodeFrame, encodeJson, type FrameKind } from '../protocol/frames.js'

/** Milliseconds that a process which ends may wait for a client that takes no bytes. */
const patience = 300

/** What a session sends. */
export class Outlet {
	readonly #socket: Socket

	constructor(socket: Socket) {
		this.#socket = socket
	}

	/** Bytes that the client has not taken yet. */
	get waiting(): number {
		return this.#socket.writableLength
	}

	send(kind: FrameKind, request: number, value: unknown): void {
		this.#write(encodeJson(kind, request, value))
	}

	sendBytes(kind: FrameKind, request: number, body: Uint8Array): void {
		this.#write(encodeFrame(kind, request, body))
	}

	#write(bytes: Buffer): void {
		if (this.#socket.destroyed || !this.#socket.writable) return
		// In a process that ends nothing is written later.
		const fd = isExiting() && this.#socket.writableLength === 0 ? fdOf(this.#socket) : -1
		if (fd === -1) this.#socket.write(bytes)
		else writeNow(fd, bytes)
	}
}

function isExiting(): boolean {
	return (process as { _exiting?: boolean })._exiting === true
}

function fdOf(socket: Socket): number {
	return (socket as unknown as { _handle?: { fd?: number } })._handle?.fd ?? -1
}

/** What cannot be written is lost, as is what a process that is killed has in memory. */
function writeNow(fd: number, bytes: Buffer): void {
	const until = performance.now() + patience
	const clock = new Int32Array(new SharedArrayBuffer(4))
	for (let at = 0; at < bytes.length && performance.now() < until; ) {
		try {
			at += writeSync(fd, bytes, at)
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
			Atomics.wait(clock, 0, 0, 5)
		}
	}
}
