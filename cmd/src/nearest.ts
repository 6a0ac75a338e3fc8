import { count } from './format.js'

/** The message that no event of a trace matches. */
export function unmatchedText(globs: readonly string[], ids: readonly string[]): string {
	return `${noneMatches(ids.length, 'of the trace')} ${globs.join(' ')}\n  ${nearText(globs, ids)}`
}

/** `none of the 3 events of the trace matches` */
export function noneMatches(events: number, where: string): string {
	return events === 1
		? `the only event ${where} does not match`
		: `none of the ${count(events)} events ${where} matches`
}

/** The events that exist and come closest to the globs. */
export function nearText(globs: readonly string[], ids: readonly string[]): string {
	return `nearest: ${nearest(globs, ids).join(' ')}`
}

/** What the user who typed the globs may have meant. */
function nearest(globs: readonly string[], ids: readonly string[]): readonly string[] {
	const wanted = globs.filter(glob => !glob.startsWith('!'))
	const score = (id: string): number => Math.min(id.length, ...wanted.map(glob => errors(glob, id)))
	return ids.toSorted((a, b) => score(a) - score(b)).slice(0, 3)
}

/** How many characters of a glob must change for it to match. The package or the event may have been omitted. */
function errors(glob: string, id: string): number {
	const at = id.lastIndexOf(':')
	const whole = glob.includes(':') ? glob : `*:${glob}`
	return Math.min(globDistance(whole, id), globDistance(glob, id.slice(0, at)), globDistance(glob, id.slice(at + 1)))
}

/** The Levenshtein distance, except that a `*` matches anything at no cost. */
function globDistance(glob: string, text: string): number {
	// The distance of the glob so far from each prefix of the text.
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
