import type { Conversion } from '../conversion.js'
import type { TraceItem } from '../read/items.js'
import { type Slice, slicesOf } from '../slices.js'
import { jsonArgsText } from '../text/jsontext.js'
import { textPid } from '../text/process.js'

const head = 'time_ns,type,id,pid,tid,thread,lane,duration_ns,value,args\r\n'

/** RFC 4180, with a header line: events and counters, arguments as JSON. An end has the duration of its slice. */
export function csv(): Conversion {
	return async function* (trace) {
		yield head
		for await (const { items, slices } of slicesOf(trace).batches()) {
			let text = ''
			for (const [i, item] of items.entries())
				if ('track' in item) text += line(item, item.type === 'end' ? slices[i]! : null)
			yield text
		}
	}
}

type Happened = Extract<TraceItem, { track: unknown }>

function line(item: Happened, ended: Slice | null): string {
	const { track } = item
	const thread = track.kind === 'thread' ? track : track.parent
	const args = item.type === 'counter' ? '' : jsonArgsText(item.args)
	return `${[
		item.time,
		item.type,
		quote(item.id || (ended?.id ?? '')),
		track.process === null ? '' : textPid(track.process),
		track.tid ?? '',
		quote(thread?.name ?? ''),
		quote(track === thread ? '' : (track.name ?? '')),
		ended === null ? '' : ended.end - ended.start,
		item.type === 'counter' ? item.value : '',
		args === '{}' ? '' : quote(args),
	].join(',')}\r\n`
}

const special = /[",\r\n]/

function quote(text: string): string {
	return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
