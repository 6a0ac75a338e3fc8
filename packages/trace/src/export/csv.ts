import type { TraceItem } from '../read/items.js'
import type { Conversion } from './conversion.js'
import { jsonArgsText } from './jsontext.js'
import { textPid } from './process.js'

const head = 'time_ns,type,id,pid,tid,thread,lane,value,args\r\n'

/** RFC 4180, with a line of names first: signals and counters, arguments as JSON. */
export function csv(): Conversion {
	let started = false
	const start = (): string => {
		if (started) return ''
		started = true
		return head
	}
	return {
		notes: [],
		take: item => (happened(item) ? start() + line(item) : ''),
		end: () => [start()],
	}
}

type Happened = Extract<TraceItem, { track: unknown }>

function happened(item: TraceItem): item is Happened {
	return 'track' in item
}

function line(item: Happened): string {
	const { track } = item
	const thread = track.kind === 'thread' ? track : track.parent
	const args = item.type === 'counter' ? '' : jsonArgsText(item.args)
	return `${[
		item.time,
		item.type,
		quote(item.id),
		track.process === null ? '' : textPid(track.process),
		track.tid ?? '',
		quote(thread?.name ?? ''),
		quote(track === thread ? '' : (track.name ?? '')),
		item.type === 'counter' ? item.value : '',
		args === '{}' ? '' : quote(args),
	].join(',')}\r\n`
}

const special = /[",\r\n]/

function quote(text: string): string {
	return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
