import type { TraceItem, TraceTrack } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import type { Slice } from '../read/slices.js'
import type { Conversion } from './conversion.js'
import { jsonArgs, jsonValue } from './json.js'
import { textPid } from './process.js'
import { textArgs, textDuration, textMoment, textTime } from './text.js'

/** `42/main`: where an item comes from. */
function textTrack(track: TraceTrack): string {
	const thread = track.kind === 'thread' ? track : (track.parent ?? track)
	return `${textPid(track.process)}/${thread.name ?? track.tid ?? '?'}`
}

/**
 * An item as a line of text. Empty for what tells of the recording itself.
 *
 * @param slice that ends with the item
 * @param start nanoseconds since 1970 at time 0, to show the time of day
 */
export function textLine(item: TraceItem, slice: Slice | null, start: bigint | null): string {
	switch (item.type) {
		case 'instant':
		case 'begin':
		case 'end': {
			const args = textArgs(item.args)
			const duration = slice === null ? '' : ` (${textDuration(slice.end - slice.start)})`
			return `${when(item.time, start)} ${textTrack(item.track)} ${item.id}${duration}${args === '' ? '' : ` ${args}`}\n`
		}
		case 'counter':
			return `${when(item.time, start)} ${textTrack(item.track)} ${item.id} = ${item.value}\n`
		case 'loss':
			return `${item.time === null ? '-' : when(item.time, start)} ${lossText(item.events, item.reason)}\n`
		case 'recording':
		case 'declaration':
		case 'statistics':
		case 'stop':
			return ''
	}
}

/** What is missing. */
export function lossText(events: number | null, reason: string): string {
	return `--- ${events === null ? 'events' : events === 1 ? '1 event' : `${events} events`} lost: ${reason} ---`
}

function when(time: number, start: bigint | null): string {
	return start === null ? textTime(time) : textMoment(start, time)
}

/** An item as a line of JSON: all that is known. `at` is nanoseconds since 1970, as a string, since it exceeds what a number of JavaScript holds. */
export function jsonLine(item: TraceItem, reader: TraceReader): string {
	const start = reader.wallStart
	const at = start === null || item.time === null ? {} : { at: String(start + BigInt(Math.round(item.time))) }
	if (!('track' in item))
		return `${JSON.stringify({ ...item, ...at }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`
	const { type, time, id, category, name, track, bytes } = item
	const pieces = 'began' in item ? { ...(item.began !== null && { began: item.began }), ...(item.continues && { continues: true }) } : {}
	const thread = track.kind === 'thread' ? track : track.parent
	const place = {
		track: String(track.id),
		pid: track.process?.pid ?? null,
		...(track.process !== null && track.process.instance > 0 && { instance: track.process.instance }),
		tid: track.tid,
		thread: thread?.name ?? null,
		...(track !== thread && { lane: track.name }),
	}
	const what = item.type === 'counter' ? { value: jsonValue(item.value) } : { args: jsonArgs(item.args), ...pieces }
	return `${JSON.stringify({ type, time, ...at, id, category, name, ...what, ...place, bytes })}\n`
}

/** JSON lines: all items, one a line. */
export function jsonl(): Conversion {
	return { notes: [], take: jsonLine, end: () => [] }
}
