import { type MetadataName, metadataCategory } from '@tsgotrace/trace/format/metadata'
import {
	annotation,
	type EventType,
	event as field,
	instantEvent,
	monotonicClock,
	packet,
} from '@tsgotrace/trace/format/schema'
import type { Writer } from './writer.js'

const maxTextLength = 4096

/**
 * Write the event of a packet that does not depend on a state: all names and strings are inline.
 * @param name empty for an event without a name
 */
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
	out.fieldVarint(packet.timestampClockId, monotonicClock)
	const start = out.begin(packet.trackEvent)
	out.fieldVarint(field.type, type)
	out.fieldVarint(field.trackUuid, trackUuid)
	out.fieldString(field.categories, category)
	if (name !== '') out.fieldString(field.name, name)
	for (const [key, value] of Object.entries(annotations)) {
		const at = out.begin(field.annotations)
		out.fieldString(annotation.name, key)
		if (typeof value === 'string') out.fieldString(annotation.string, value.slice(0, maxTextLength))
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
	selfContained(out, monotonic, instantEvent, trackUuid, metadataCategory, name, annotations)
}
