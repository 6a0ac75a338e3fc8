import { track as field, packet, processField, threadField } from '@tsgotrace/trace/format/schema'
import type { Writer } from './writer.js'

/** A track, ready for its events. */
export interface Track {
	/** The tag of `track_uuid` and the uuid, eight bytes, as two numbers to store at once. */
	readonly low: number
	readonly high: number
	readonly uuid: number
	readonly name: string
	readonly counter: boolean
	/** The state that described it last. */
	epoch: number
}

/** uuids have 49 bits, so that each takes seven bytes as a varint and is an exact number. */
const minUuid = 2 ** 42
const uuidRange = 2 ** 49 - minUuid

/** The same words give the same uuid: so threads of a process agree on that of the process without communicating. */
export function uuidOf(...words: readonly number[]): number {
	// FNV-1a over the words, in two halves of 24 and 25 bits.
	const half = (seed: number): number => {
		let hash = seed
		for (const word of words)
			for (const part of [word & 0xffff, (word / 0x10000) & 0xffff])
				hash = Math.imul(hash ^ part, 0x01000193) ^ (hash >>> 13)
		return hash >>> 0
	}
	return minUuid + ((half(0x811c9dc5) * 0x20_0000 + (half(0x2545f491) >>> 11)) % uuidRange)
}

/** Maximum number of uuids in a row. */
const maxRow = 2 ** 20

/**
 * uuids of new tracks: one after the other, so that most of their bytes are the same, which takes less space where they
 * are compressed.
 * @param uuid of a number
 */
export function consecutive(uuid: (n: number) => number): () => number {
	let row = 0
	let next = 0
	let left = 0
	return () => {
		if (left === 0) {
			next = Math.min(uuid(++row), minUuid + uuidRange - maxRow)
			left = maxRow
		}
		left--
		return next++
	}
}

/** A track whose uuid is ready for the hot path to store. */
export function newTrack(uuid: number, name: string, counter: boolean): Track {
	const bytes = [field.uuid, 0, 0, 0, 0, 0, 0, 0]
	let rest = uuid
	for (let i = 1; i < 8; i++) {
		bytes[i] = (rest % 128) | (i < 7 ? 128 : 0)
		rest = Math.floor(rest / 128)
	}
	// The field of the uuid has one number in events and another one in descriptors.
	bytes[0] = 0x58
	const word = (i: number): number => bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
	return { low: word(0), high: word(4), epoch: 0, uuid, name, counter }
}

export interface TrackDescription {
	readonly uuid: number
	readonly parent?: number
	readonly name?: string
	readonly process?: { readonly pid: number; readonly name: string }
	readonly thread?: { readonly pid: number; readonly tid: number; readonly name: string }
	/** Of a counter's events; null for other tracks. */
	readonly category?: string | null
}

/** Write `track_descriptor`. */
export function describeTrack(out: Writer, { uuid, parent, name, process, thread, category }: TrackDescription): void {
	const start = out.begin(packet.trackDescriptor)
	out.fieldVarint(field.uuid, uuid)
	if (parent !== undefined) out.fieldVarint(field.parent, parent)
	if (name !== undefined) out.fieldString(field.name, name)
	if (process !== undefined) {
		const at = out.begin(field.process)
		out.fieldVarint(processField.pid, process.pid)
		out.fieldString(processField.name, process.name)
		out.end(at)
	}
	if (thread !== undefined) {
		const at = out.begin(field.thread)
		out.fieldVarint(threadField.pid, thread.pid)
		out.fieldVarint(threadField.tid, thread.tid)
		out.fieldString(threadField.name, thread.name)
		out.end(at)
	}
	if (category != null) {
		const at = out.begin(field.counter)
		// CounterDescriptor.categories
		out.fieldString((2 << 3) | 2, category)
		out.end(at)
	}
	out.end(start)
}
