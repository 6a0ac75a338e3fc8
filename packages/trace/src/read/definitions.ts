// What packets define for those after them in their sequence: defaults, names and strings.
import { defaults, event as field, interned, internedField } from '../format/schema.js'
import type { Sequence } from './sequence.js'
import type { Strings } from './strings.js'
import type { Wire } from './wire.js'

/** The clock and the track of events that name none. @param at where the message begins, in a packet that ends at `end` */
export function readDefaults(wire: Wire, at: number, end: number, sequence: Sequence): void {
	wire.set(wire.buffer, at, end)
	const limit = wire.limit()
	while (wire.pos < limit) {
		const tag = wire.number()
		if (tag === defaults.timestampClockId) sequence.clock = wire.number()
		else if (tag === defaults.trackEventDefaults) {
			const inner = wire.limit()
			while (wire.pos < inner) {
				const inside = wire.number()
				if (inside === field.trackUuid) sequence.track = wire.unsigned()
				else wire.skip(inside)
			}
			wire.finish(inner)
		} else wire.skip(tag)
	}
	wire.finish(limit)
}

/** Names and strings that later packets refer to by number. @param at as for {@link readDefaults} */
export function readInterned(wire: Wire, at: number, end: number, sequence: Sequence): void {
	wire.set(wire.buffer, at, end)
	const limit = wire.limit()
	while (wire.pos < limit) {
		const tag = wire.number()
		const table = tableOf(tag, sequence)
		if (table === null) {
			if (!sequence.stacks.read(tag, wire)) wire.skip(tag)
			continue
		}
		const inner = wire.limit()
		let id = 0
		let text = ''
		while (wire.pos < inner) {
			const inside = wire.number()
			if (inside === internedField.iid) id = wire.number()
			else if (inside === internedField.text) text = wire.text()
			else wire.skip(inside)
		}
		wire.finish(inner)
		table.set(id, text)
	}
	wire.finish(limit)
}

function tableOf(tag: number, sequence: Sequence): Strings | null {
	switch (tag) {
		case interned.categories:
			return sequence.categories
		case interned.eventNames:
			return sequence.names
		case interned.annotationNames:
			return sequence.argNames
		case interned.strings:
			return sequence.argStrings
		case interned.functionNames:
			return sequence.stacks.functions
		case interned.sourcePaths:
			return sequence.stacks.files
		default:
			return null
	}
}
