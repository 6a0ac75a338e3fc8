// Numbers and counts as people read them.

/** `1,234` */
export function count(n: number): string {
	return n.toLocaleString('en')
}

/** `1 file`, `1,234 files`, `2 processes` */
export function plural(n: number, one: string, many: string = `${one}s`): string {
	return `${count(n)} ${n === 1 ? one : many}`
}

/** `1.23 MB` */
export function bytes(n: number): string {
	for (const [unit, size] of [
		['GB', 1e9],
		['MB', 1e6],
		['kB', 1e3],
	] as const)
		if (n >= size * 0.9995) return `${digits(n / size)} ${unit}`
	return `${n} B`
}

/** `12.3k`; small numbers with a fraction. */
export function rate(n: number): string {
	for (const [unit, size] of [
		['M', 1e6],
		['k', 1e3],
	] as const)
		if (n >= size * 0.9995) return `${digits(n / size)}${unit}`
	return n >= 99.95 ? n.toFixed(0) : n.toPrecision(3)
}

function digits(n: number): string {
	return n >= 999.5 ? n.toFixed(0) : n.toPrecision(3)
}
