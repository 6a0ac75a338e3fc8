// What a trace package offers to importers: the same for the file that declares it and for those that import it.
import { shortHash } from './hash.js'
import type { ExportedEvent, Unit, UnitEvent } from './model.js'

/** The hash of all that a trace package offers: names and types of its events. */
export function exportHash(events: readonly { readonly id: string; readonly hash: string }[]): string {
	const all = events.map(e => `${e.id} ${e.hash}`).sort()
	return shortHash(all.join('\n'))
}

/** What a trace package offers to importers. */
export function exportedEvents(unit: Unit): ExportedEvent[] {
	return unit.events.map(exported)
}

/** An event as importers see it. */
export function exported({ decl, id, where }: UnitEvent): ExportedEvent {
	return {
		id,
		...(decl.async ? { async: true } : {}),
		...(decl.genericsEnd > 0 ? { generics: decl.signature.slice(0, decl.genericsEnd) } : {}),
		params: decl.params.map(p => decl.signature.slice(p.start, p.end)),
		hash: decl.hash,
		source: where,
	}
}
