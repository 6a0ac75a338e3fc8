import { cpuPrefix, type Row, runPrefix, statePrefix } from '../data/header.js'

/** A name as people read it. */
export function full(name: string): string {
	if (name.startsWith(statePrefix)) return name.slice(statePrefix.length)
	if (name.startsWith(cpuPrefix)) return `${name.slice(cpuPrefix.length)}, on the CPU`
	return name.startsWith(runPrefix) ? `${name.slice(runPrefix.length)}, on a thread` : name
}

/** A name without the package, which the panel shows. */
export function short(name: string): string {
	if (name.startsWith(runPrefix)) return name.slice(runPrefix.length)
	if (name.startsWith(cpuPrefix)) return name.slice(cpuPrefix.length)
	// Names of tasks, such as `GET /item/:id`, have no package.
	return /^[^\s:]*:([^\s:]+)$/.exec(name)?.[1] ?? name
}

/** Short labels of rows, whole ones where several would read alike, with the process where there are several. */
export function labelsOf(rows: readonly Row[]): readonly string[] {
	const isOneProcess = new Set(rows.map(({ process }) => process)).size <= 1
	const times = new Map<string, number>()
	for (const { label, process } of rows) {
		const key = `${process} ${short(label)}`
		times.set(key, (times.get(key) ?? 0) + 1)
	}
	return rows.map(({ label, process }) => {
		const text = times.get(`${process} ${short(label)}`)! > 1 ? label : short(label)
		return isOneProcess || process === null ? text : `${text} · ${process}`
	})
}

/** A place in the source with the last of its folders: `src/pool.ts:41:8`. */
export function shortSite(site: string): string {
	return /([^/\\]+[/\\])?[^/\\]+:\d+(:\d+)?$/.exec(site)?.[0] ?? site
}

/** A text in which places in the source have only the last of their folders. */
export function shortPlaces(text: string): string {
	return text.replace(/(?:file:\/\/)?(?:[A-Za-z]:)?[/\\](?:[^\s/\\:]+[/\\])+([^\s/\\:]+[/\\][^\s/\\:]+:\d+)/g, '…/$1')
}
