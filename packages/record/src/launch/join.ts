import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { cutPackets } from '@tsgotrace/trace/format/packets'
import { sequenceAt, setSequence, unusedSequence } from '@tsgotrace/trace/format/sequences'
import type { ThreadParts } from './parts.js'

const bufferSize = 1 << 20
/**
 * Of compression: the program has ended, so it may take longer than while it runs. Higher levels take several times as
 * long, and gain 2 %.
 */
const level = 7
/** An upper bound for the first states of all sequences, with which a part begins. */
const maxStatesLength = 1 << 16

/**
 * Join the parts that threads have left into one trace. Segments may simply be concatenated, except that two threads
 * may have the same number, and that a process that was killed may have left half a packet.
 *
 * @param to path; with `.gz` at its end it is compressed. The file appears when it is complete
 * @throws if it cannot be written
 */
export async function join(threads: readonly ThreadParts[], to: string): Promise<void> {
	const temporary = `${to}.tmp`
	const target = createWriteStream(temporary)
	const chunks = Readable.from(joined(threads), { objectMode: false })
	try {
		if (to.endsWith('.gz')) await pipeline(chunks, createGzip({ level }), target)
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
		const own = new Set<number>()
		const renumbered = new Map<number, number>()
		for (const path of paths) {
			const file = await open(path)
			try {
				for (const id of await sequencesOf(file)) {
					if (own.has(id)) continue
					own.add(id)
					const unused = unusedSequence(taken, id)
					if (unused !== id) renumbered.set(id, unused)
					taken.add(unused)
				}
				// A part that is known to be whole, and keeps its numbers, is copied without parsing.
				yield* renumbered.size === 0 && report.state === 'ended' ? whole(file) : packets(file, renumbered)
			} finally {
				await file.close()
			}
		}
	}
}

type File = Awaited<ReturnType<typeof open>>

async function* whole(file: File): AsyncGenerator<Buffer> {
	for (let position = 0; ; ) {
		const buffer = Buffer.allocUnsafe(bufferSize)
		const { bytesRead } = await file.read(buffer, 0, bufferSize, position)
		if (bytesRead === 0) return
		position += bytesRead
		yield buffer.subarray(0, bytesRead)
	}
}

/** All packets up to the first incomplete one. */
async function* packets(file: File, renumbered: ReadonlyMap<number, number>): AsyncGenerator<Buffer> {
	let size = bufferSize
	for (let position = 0; ; ) {
		const buffer = Buffer.allocUnsafe(size)
		const { bytesRead } = await file.read(buffer, 0, size, position)
		if (bytesRead === 0) return
		const used = walk(buffer.subarray(0, bytesRead), renumbered)
		if (used > 0) yield buffer.subarray(0, used)
		else if (bytesRead < size) return
		// A packet larger than the buffer.
		else size *= 2
		position += used
	}
}

/** @returns where the last complete packet ends */
function walk(buffer: Buffer, renumbered: ReadonlyMap<number, number>): number {
	return cutPackets(buffer, start => {
		const id = sequenceAt(buffer, start)
		const other = id === null ? undefined : renumbered.get(id)
		if (other !== undefined) setSequence(buffer, start, other)
	})
}

/** The sequences of a part: all of them begin at its start. */
async function sequencesOf(file: File): Promise<number[]> {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(maxStatesLength), 0, maxStatesLength, 0)
	const ids = new Set<number>()
	cutPackets(buffer.subarray(0, bytesRead), start => {
		const id = sequenceAt(buffer, start)
		if (id !== null) ids.add(id)
	})
	return [...ids]
}
