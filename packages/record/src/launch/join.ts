import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { packet, TRACE_PACKET } from '@tsgotrace/trace/format/schema'
import type { ThreadParts } from './parts.js'

const SIZE = 1 << 20
/** Ids of sequences, which are the first field of every packet and have two bytes. */
const FIRST = 128
const LAST = 16_383

/**
 * Join the parts that threads have left to one trace. Segments may simply follow on each other, but that two threads may have the same number, and that
 * a process that was killed may have left half a packet.
 *
 * @param to path; with `.gz` at its end it is compressed. The file appears when it is complete
 * @throws if it cannot be written
 */
export async function join(threads: readonly ThreadParts[], to: string): Promise<void> {
	const temporary = `${to}.tmp`
	const target = createWriteStream(temporary)
	const chunks = Readable.from(joined(threads), { objectMode: false })
	try {
		if (to.endsWith('.gz')) await pipeline(chunks, createGzip({ level: 1 }), target)
		else await pipeline(chunks, target)
	} catch (error) {
		rmSync(temporary, { force: true })
		throw error
	}
	renameSync(temporary, to)
}

async function* joined(threads: readonly ThreadParts[]): AsyncGenerator<Buffer> {
	const taken = new Set<number>()
	for (const { report, paths } of threads) {
		let renumber: number | null = null
		let known = false
		for (const path of paths) {
			const file = await open(path)
			try {
				const own = await sequenceOf(file)
				if (own !== null && !known) {
					known = true
					renumber = taken.has(own) ? free(taken, own) : null
					taken.add(renumber ?? own)
				}
				// What is known to be whole, and needs no other number, is copied without a look.
				yield* renumber === null && report.state === 'ended' ? whole(file) : packets(file, renumber)
			} finally {
				await file.close()
			}
		}
	}
}

type File = Awaited<ReturnType<typeof open>>

async function* whole(file: File): AsyncGenerator<Buffer> {
	for (let position = 0; ; ) {
		const buffer = Buffer.allocUnsafe(SIZE)
		const { bytesRead } = await file.read(buffer, 0, SIZE, position)
		if (bytesRead === 0) return
		position += bytesRead
		yield buffer.subarray(0, bytesRead)
	}
}

/** All packets up to the first that is not complete. */
async function* packets(file: File, renumber: number | null): AsyncGenerator<Buffer> {
	let size = SIZE
	for (let position = 0; ; ) {
		const buffer = Buffer.allocUnsafe(size)
		const { bytesRead } = await file.read(buffer, 0, size, position)
		if (bytesRead === 0) return
		const used = walk(buffer.subarray(0, bytesRead), renumber)
		if (used > 0) yield buffer.subarray(0, used)
		else if (bytesRead < size) return
		// A packet that is larger than the buffer.
		else size *= 2
		position += used
	}
}

/** @returns where the last complete packet ends */
function walk(buffer: Buffer, renumber: number | null): number {
	let end = 0
	for (;;) {
		let at = end
		if (at >= buffer.length || buffer[at++] !== TRACE_PACKET) return end
		let length = 0
		for (let scale = 1; ; scale *= 128) {
			if (at >= buffer.length) return end
			const byte = buffer[at++]!
			length += (byte & 127) * scale
			if (byte < 128) break
		}
		if (at + length > buffer.length) return end
		if (renumber !== null && buffer[at] === packet.sequenceId) buffer.writeUInt16LE((renumber & 127) | 128 | ((renumber >> 7) << 8), at + 1)
		end = at + length
	}
}

async function sequenceOf(file: File): Promise<number | null> {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
	let at = 1
	while (at < bytesRead && buffer[at]! > 127) at++
	if (buffer[0] !== TRACE_PACKET || buffer[at + 1] !== packet.sequenceId || at + 3 >= bytesRead) return null
	return (buffer[at + 2]! & 127) | (buffer[at + 3]! << 7)
}

/** Another number; the same one if there is none left. */
function free(taken: ReadonlySet<number>, own: number): number {
	for (let id = own + 1; id <= LAST; id++) if (!taken.has(id)) return id
	for (let id = FIRST; id < own; id++) if (!taken.has(id)) return id
	return own
}
