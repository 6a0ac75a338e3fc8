import { distance } from 'fastest-levenshtein'
import { plural } from './format.js'

/** No event of a trace fits. */
export function unfitText(globs: readonly string[], ids: readonly string[]): string {
	return `none of the ${plural(ids.length, 'event')} of the trace fits ${globs.join(' ')}\n  ${nearText(globs, ids)}`
}

/** Which events there are instead. */
export function nearText(globs: readonly string[], ids: readonly string[]): string {
	const near = nearest(globs, ids)
	return `there ${near.length === 1 ? 'is' : 'are'}, for instance: ${near.join(' ')}`
}

/** What whoever typed the globs may have meant. */
function nearest(globs: readonly string[], ids: readonly string[]): readonly string[] {
	const wanted = globs.filter(glob => !glob.startsWith('!'))
	const score = (id: string): number =>
		Math.min(id.length, ...wanted.flatMap(glob => [distance(bare(glob, id), id), distance(glob.replaceAll('*', ''), nameOf(id))]))
	return ids.toSorted((a, b) => score(a) - score(b)).slice(0, 3)
}

/** A glob without its stars, and with the name of the event where it leaves that open: what differs is then what was typed. */
function bare(glob: string, id: string): string {
	const text = glob.replaceAll('*', '')
	return text.includes(':') && !text.endsWith(':') ? text : `${text.replace(/:$/, '')}:${nameOf(id)}`
}

/** An event is often asked for without its package. */
function nameOf(id: string): string {
	return id.slice(id.lastIndexOf(':') + 1)
}
