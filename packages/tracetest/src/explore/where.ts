import { briefCall } from '../platform/brief.js'
import { placesOf, stackText } from '../platform/place.js'
import { placeText } from '../platform/text.js'
import type { Parked } from '../world/control.js'
import { placeOfSite } from '../world/signal.js'

/**
 * Which tasks are passed over, and where: `ann at traceWrite('x') src/store.ts:15`. One task may have started several
 * activities: where two of them wait at the same place, each gets the first caller in which they differ.
 *
 * @param passed undefined means time
 * @param chosen the task that continues
 */
export function wherePassed(passed: readonly (Parked | undefined)[], chosen: Parked | undefined): string[] {
	const texts = [...passed, chosen].map(parked => (parked === undefined ? '(time)' : whereText(parked)))
	const labels = passed.map((parked, i) => {
		const alike = [...passed, chosen].filter((_, j) => texts[j] === texts[i])
		return parked === undefined || alike.length < 2 ? texts[i]! : `${texts[i]!}${originText(parked, alike as Parked[])}`
	})
	return [...new Set(labels)]
}

function whereText(parked: Parked): string {
	const { task } = parked
	if (parked.event === undefined) return `${task.name} at its start`
	const place = placeOfSite(parked.site)
	return `${task.name} at ${briefCall(parked.event, parked.args)}${place === undefined ? '' : ` ${placeText(place)}`}`
}

/** The first of its callers that the others do not have at the same depth. */
function originText(parked: Parked, alike: readonly Parked[]): string {
	const callers = callersOf(parked)
	const others = alike.filter(other => other !== parked).map(callersOf)
	const origin = callers.find((caller, depth) => others.every(other => other[depth] !== caller))
	return origin === undefined ? '' : `, started at ${origin}`
}

function callersOf(parked: Parked): string[] {
	if (parked.event === undefined || parked.site === undefined) return []
	return placesOf(stackText(parked.site)).map(place => `${placeText(place)}:${place.column}`)
}
