import { type Diagnostic, position } from './diagnostic.js'
import type { Unit, UnitEvent } from './model.js'

/**
 * The edits that declare events as async. Those that are async already need none.
 *
 * @param names of events, as `traceSaved`, or their ids, as `orders/db:traceSaved`
 * @throws {RangeError} if there is no event of that name, or several
 */
export function asyncEdits(units: readonly Unit[], names: readonly string[]): Pick<Diagnostic, 'file' | 'fix'>[] {
	const events = units.flatMap(unit => unit.events)
	return names
		.map(name => eventOf(events, name))
		.filter(({ decl }) => !decl.async)
		.map(({ decl, source }) => ({
			file: source.path,
			fix: { start: decl.span.start, end: decl.span.start, text: 'async ' },
		}))
}

function eventOf(events: readonly UnitEvent[], name: string): UnitEvent {
	const found = events.filter(({ decl, id }) => decl.name === name || id === name)
	const [event, ...more] = found
	if (event === undefined) throw new RangeError(`there is no event '${name}'; ${knownText(events)}`)
	if (more.length === 0) return event
	const sorted = found.toSorted((a, b) => (a.id < b.id ? -1 : 1))
	const places = sorted.map(
		({ id, where, decl, source }) => `  ${id}  ${where}:${position(source.text, decl.span.start).line}`,
	)
	throw new RangeError(`there are ${found.length} events '${name}'; name one of them by its id:\n${places.join('\n')}`)
}

/** How many are listed. */
const maxListed = 20

function knownText(events: readonly UnitEvent[]): string {
	if (events.length === 0) return 'no event is declared'
	const names = [...new Set(events.map(({ decl }) => decl.name))].sort()
	return `declared are: ${names.slice(0, maxListed).join(', ')}${names.length > maxListed ? `, and ${names.length - maxListed} more` : ''}`
}
