import { METADATA, type Metadata, type MetadataName, type Shown } from '@tsgotrace/trace/format/metadata'
import {
	annotation,
	COUNTER,
	type EventType,
	event as field,
	INSTANT,
	MONOTONIC,
	packet,
	SLICE_BEGIN,
	SLICE_END,
} from '@tsgotrace/trace/format/schema'
import type { Site } from '../events/site.js'
import type { Writer } from './writer.js'

const LONGEST = 4096

/** Write the event of a packet that depends on no state: all names and strings inline. */
export function selfContained(
	out: Writer,
	monotonic: number,
	type: EventType,
	trackUuid: number,
	category: string,
	name: string,
	annotations: Readonly<Record<string, string | number | boolean>>,
): void {
	out.fieldVarint(packet.timestamp, monotonic)
	out.fieldVarint(packet.timestampClockId, MONOTONIC)
	const start = out.begin(packet.trackEvent)
	out.fieldVarint(field.type, type)
	out.fieldVarint(field.trackUuid, trackUuid)
	out.fieldString(field.categories, category)
	out.fieldString(field.name, name)
	for (const [key, value] of Object.entries(annotations)) {
		const at = out.begin(field.annotations)
		out.fieldString(annotation.name, key)
		if (typeof value === 'string') out.fieldString(annotation.string, value.slice(0, LONGEST))
		else if (typeof value === 'number') out.fieldVarint(annotation.uint, value)
		else out.fieldVarint(annotation.bool, value ? 1 : 0)
		out.end(at)
	}
	out.end(start)
}

/** Write an instant of the metadata track. */
export function metadata(
	out: Writer,
	monotonic: number,
	trackUuid: number,
	name: MetadataName,
	annotations: Readonly<Record<string, string | number | boolean>>,
): void {
	selfContained(out, monotonic, INSTANT, trackUuid, METADATA, name, annotations)
}

const roles: Readonly<Record<EventType, Shown>> = {
	[INSTANT]: 'instant',
	[SLICE_BEGIN]: 'begin',
	[SLICE_END]: 'end',
	[COUNTER]: 'counter',
}

/** What a trace tells of an event that is recorded. */
export function declaration({ event, role, category, sampling, redacted }: Site): Metadata['event'] {
	return {
		id: event.id,
		params: event.params.join(', '),
		source: event.source,
		hash: event.hash,
		as: roles[role.type],
		category: category.text,
		name: role.name,
		...(role.key === undefined ? {} : { key: role.key }),
		...(sampling === '' ? {} : { sampling }),
		...(redacted === '' ? {} : { redacted }),
	}
}
