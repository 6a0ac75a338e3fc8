// Numbers of Go's execution trace, version 2, and the bytes that they are written with.

/** Types of batches, of entries in tables, and of events. */
export const go = {
	batch: 1,
	stacks: 2,
	stack: 3,
	strings: 4,
	string: 5,
	cpuSamples: 6,
	cpuSample: 7,
	frequency: 8,
	procsChange: 9,
	procStart: 10,
	procStop: 11,
	procStatus: 13,
	create: 14,
	start: 16,
	destroy: 17,
	stop: 19,
	block: 20,
	unblock: 21,
	syscallBegin: 22,
	syscallEnd: 23,
	status: 25,
	stwBegin: 26,
	stwEnd: 27,
	gcBegin: 29,
	gcEnd: 30,
	heapAlloc: 37,
	heapGoal: 38,
	label: 39,
	taskBegin: 40,
	taskEnd: 41,
	regionBegin: 42,
	regionEnd: 43,
	log: 44,
	statusStack: 48,
	sync: 50,
	clockSnapshot: 51,
	endOfGeneration: 52,
} as const

export const goState = { runnable: 1, running: 2, syscall: 3, waiting: 4 } as const
export const procState = { running: 1, idle: 2, syscall: 3 } as const

/** Maximum size of a batch for readers. */
export const maxPayload = 65_536
/** Maximum size of a string. */
export const maxTextLength = 1024
/** Maximum number of frames in a stack. */
export const maxFrames = 128

/** A growing array of bytes. */
export class Bytes {
	length = 0
	#buffer: Uint8Array

	constructor(size = 1024) {
		this.#buffer = new Uint8Array(size)
	}

	byte(value: number): void {
		if (this.length === this.#buffer.length) this.#grow(1)
		this.#buffer[this.length++] = value
	}

	/** An integer from 0 to 2^53-1. */
	varint(value: number): void {
		let rest = value
		while (rest >= 128) {
			this.byte((rest % 128) | 128)
			rest = Math.floor(rest / 128)
		}
		this.byte(rest)
	}

	bytes(bytes: Uint8Array): void {
		if (this.length + bytes.length > this.#buffer.length) this.#grow(bytes.length)
		this.#buffer.set(bytes, this.length)
		this.length += bytes.length
	}

	/**
	 * A varint of exactly {@link placeSize} bytes, which {@link Bytes.put} can replace. Readers accept varints that are
	 * longer than necessary.
	 */
	place(value: number): number {
		const at = this.length
		for (let i = 0; i < placeSize; i++) this.byte(0)
		this.put(at, value)
		return at
	}

	put(at: number, value: number): void {
		let rest = value
		for (let i = 0; i < placeSize; i++) {
			this.#buffer[at + i] = (rest % 128) | (i < placeSize - 1 ? 128 : 0)
			rest = Math.floor(rest / 128)
		}
	}

	get view(): Uint8Array {
		return this.#buffer.subarray(0, this.length)
	}

	#grow(by: number): void {
		const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + by))
		larger.set(this.#buffer)
		this.#buffer = larger
	}
}

/** Enough for 268 million entries of a table. */
const placeSize = 4

const encoder = new TextEncoder()

/** A text as UTF-8, cut at a character if it is longer than readers accept. */
export function goText(text: string): Uint8Array {
	const bytes = encoder.encode(text)
	if (bytes.length <= maxTextLength) return bytes
	let end = maxTextLength
	while ((bytes[end]! & 0xc0) === 0x80) end--
	return bytes.subarray(0, end)
}

/** 2^64-1 */
const none = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1)

/** A sample of what runs; `proc` is null if the thread has none, and `goroutine` is 0 if it runs none. */
export function sampleBytes(
	time: number,
	thread: number,
	proc: number | null,
	goroutine: number,
	stack: number,
): Uint8Array {
	const bytes = new Bytes(32)
	bytes.byte(go.cpuSample)
	bytes.varint(time)
	bytes.varint(thread)
	if (proc === null) bytes.bytes(none)
	else bytes.varint(proc)
	bytes.varint(goroutine)
	bytes.varint(stack)
	return bytes.view
}
