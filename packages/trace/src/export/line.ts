import type { Conversion } from '../conversion.js'
import type { TraceItem, TraceTrack } from '../read/items.js'
import type { TraceReader } from '../read/reader.js'
import { type Slice, slicesOf, threadOf } from '../slices.js'
import { jsonArgsText, jsonString, jsonValueText } from '../text/jsontext.js'
import { textPid } from '../text/process.js'
import { lossText, textArgs, textDuration, textFrame, textMoment, textNanoseconds, textTime } from '../text/text.js'

/** `42/main`: the process and thread of an item. */
function textTrack(track: TraceTrack): string {
	const thread = threadOf(track)
	return `${textPid(track.process)}/${thread.name ?? track.tid ?? '?'}`
}

/**
 * An item as a line of text. Empty for records about the recording itself.
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
			return `${when(item.time, start)} ${textTrack(item.track)} ${idOf(item.id, slice)}${duration}${args === '' ? '' : ` ${args}`}\n`
		}
		case 'counter':
			return `${when(item.time, start)} ${textTrack(item.track)} ${item.id} = ${item.value}\n`
		case 'sample': {
			const args = textArgs(item.args)
			const [innermost] = item.stack
			const place = innermost === undefined ? '' : ` in ${textFrame(innermost)}`
			return `${when(item.time, start)} ${textTrack(item.track)} ${item.id}${args === '' ? '' : ` ${args}`}${place}\n`
		}
		case 'loss':
			return `${item.time === null ? '-' : when(item.time, start)} ${lossText(item.events, item.reason)}\n`
		case 'recording':
		case 'declaration':
		case 'statistics':
		case 'cost':
		case 'stop':
			return ''
	}
}

/** Ends written by other tools have no name: then the name is that of the slice. */
function idOf(id: string, slice: Slice | null): string {
	return id === '' ? (slice?.id ?? '') : id
}

function when(time: number, start: bigint | null): string {
	return start === null ? textTime(time) : textMoment(start, time)
}

/**
 * An item as a line of JSON with all that is known. `at` is nanoseconds since 1970, as a string, because a JavaScript
 * number cannot represent it exactly.
 *
 * @param slice that ends with the item: the line has its `duration`, and its names if the item has none
 */
export function jsonLine(item: TraceItem, reader: Pick<TraceReader, 'wallStart'>, slice: Slice | null): string {
	const start = reader.wallStart
	const at = start === null || item.time === null ? '' : `,"at":"${textNanoseconds(start, item.time)}"`
	if (!('track' in item)) return otherLine(item, at)
	const { type, time, track, bytes } = item
	const { id, category, name } = item.id === '' && slice !== null ? slice : item
	const what =
		item.type === 'counter'
			? `,"value":${jsonValueText(item.value)}`
			: item.type === 'sample'
				? `,"args":${jsonArgsText(item.args)},"stack":${JSON.stringify(item.stack)}`
				: `,"args":${jsonArgsText(item.args)}${item.began === null ? '' : `,"began":${item.began}`}${item.continues ? ',"continues":true' : ''}${item.within === null ? '' : `,"within":"${item.within.id}"`}${slice === null ? '' : `,"duration":${slice.end - slice.start}`}`
	return `{"type":"${type}","time":${time}${at},"id":${jsonString(id)},"category":${jsonString(category)},"name":${jsonString(name)}${what}${placeText(track)},"bytes":${bytes}}\n`
}

function otherLine(item: Exclude<TraceItem, { track: unknown }>, at: string): string {
	const text = JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
	return `${text.slice(0, -1)}${at}}\n`
}

function placeText(track: TraceTrack): string {
	const { process } = track
	const thread = track.kind === 'thread' ? track : track.parent
	const instance = process === null || process.instance === 0 ? '' : `,"instance":${process.instance}`
	const lane = track === thread ? '' : `,"lane":${nameText(track.name)}`
	return `,"track":"${track.id}","pid":${process === null ? 'null' : process.pid}${instance},"tid":${track.tid},"thread":${nameText(thread?.name ?? null)}${lane}`
}

function nameText(name: string | null): string {
	return name === null ? 'null' : jsonString(name)
}

/** JSON lines: all items, one per line. */
export function jsonl(): Conversion {
	return async function* (trace) {
		for await (const { items, slices } of slicesOf(trace).batches()) {
			let text = ''
			for (const [i, item] of items.entries()) text += jsonLine(item, trace, item.type === 'end' ? slices[i]! : null)
			yield text
		}
	}
}
