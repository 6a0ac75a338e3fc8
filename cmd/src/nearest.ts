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
	const score = (id: string): number => Math.min(id.length, ...wanted.map(glob => errors(glob, id)))
	return ids.toSorted((a, b) => score(a) - score(b)).slice(0, 3)
}

/** How much has to be typed otherwise for a glob to fit. The package, or the event, may have been left out. */
function errors(glob: string, id: string): number {
	const at = id.lastIndexOf(':')
	const whole = glob.includes(':') ? glob : `*:${glob}`
	return Math.min(globDistance(whole, id), globDistance(glob, id.slice(0, at)), globDistance(glob, id.slice(at + 1)))
}

/** As the distance of Levenshtein, but that a `*` is whatever suits it. */
function globDistance(glob: string, text: string): number {
	// How far the glob so far is from each beginning of the text.
	let row = Array.from({ length: text.length + 1 }, (_, i) => i)
	for (const c of glob) {
		const before = row
		row = [c === '*' ? before[0]! : before[0]! + 1]
		for (let i = 1; i <= text.length; i++) {
			const other = before[i - 1]! + (c === text[i - 1] ? 0 : 1)
			row.push(c === '*' ? Math.min(before[i]!, row[i - 1]!) : Math.min(other, before[i]! + 1, row[i - 1]! + 1))
		}
	}
	return row[text.length]!
}
