import type { Row } from '../data/header.js'

/** A name without the package, which the panel shows. */
export function short(name: string): string {
	const colon = name.lastIndexOf(':')
	return colon > 0 && !/[\s/]/.test(name.slice(colon + 1)) ? name.slice(colon + 1) : name
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
