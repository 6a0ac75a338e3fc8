import { annotation } from '@tsgotrace/trace/format/schema'
import { addTime, firstTimed, isTimed, maxInternedLength, timedEvery } from '../engine/limits.js'
import type { Sequence } from '../engine/sequence.js'
import type { InternedString } from '../engine/strings.js'
import { putInt64 } from '../engine/varint.js'

/**
 * The functions that generated encoders call, over the memory of one recorder. V8 inlines them where that pays; where
 * it does not, they stay in the caches of the processor, because all events use the same ones. They write at `p`, and
 * return where the next byte goes; up to four bytes after it may be overwritten.
 */
export interface Shared {
	/** The number of a string in the table, defined in this state; 0 if it is not in the table, or there is no room. */
	readonly intern: (text: string) => number
	/** The value of an annotation, with its tag: any number. */
	readonly number: (p: number, v: number) => number
	/** An unsigned integer of at most 32 bits. */
	readonly integer: (p: number, v: number) => number
	/**
	 * The event that began at `t`, the `n`th of its site, has been written. If it is one that is timed, its duration is
	 * added to the own time.
	 */
	readonly measured: (t: number, n: number) => void
}

/**
 * How often a function is called before it is needed. V8 collects feedback about a function after some calls; it then
 * knows the rare branches, and does not discard optimised code because of them.
 */
export const trainingCalls = 200

/** Numbers of events on each path of {@link Shared.measured}. */
const trainingNumbers = [1, firstTimed, timedEvery, timedEvery + 1, 2 * timedEvery]

/** @param internLength maximum length of a string in the table */
export function shared(sequence: Sequence, internLength: number): Shared {
	const { strings, state } = sequence
	const { bytes, view, hot, counts, now } = sequence.memory
	const longest = Math.min(maxInternedLength, internLength)
	const measured = (t: number, n: number): void => {
		if (isTimed(n)) addTime(counts, n, now() - t)
	}
	// A separate function, so that the frequent path stays short and is inlined.
	const define = (entry: InternedString): boolean => sequence.defineString(entry, hot.limit)
	for (let i = 0; i < trainingCalls; i++) measured(0, trainingNumbers[i % trainingNumbers.length]!)
	counts.fill(0, 0, 2)
	return {
		intern: text => {
			if (text.length > longest) return 0
			const entry = strings.get(text)
			return entry !== undefined && (entry.epoch === state.epoch || define(entry)) ? entry.iid : 0
		},
		number: (p, v) => {
			if (Number.isSafeInteger(v) && v !== 0) {
				view.setUint8(p, annotation.int)
				return putInt64(bytes, p + 1, v)
			}
			view.setUint8(p, annotation.double)
			view.setFloat64(p + 1, v, true)
			return p + 9
		},
		integer: (p, v) => putInt64(bytes, p, v),
		measured,
	}
}
