const units: readonly (readonly [number, string])[] = [
	[1e9, 's'],
	[1e6, 'ms'],
	[1e3, 'µs'],
	[1, 'ns'],
]

/** `12.3 ms` */
export function duration(ns: number): string {
	const [size, unit] = units.find(([min]) => Math.abs(ns) >= min) ?? [1, 'ns']
	const value = ns / size
	return `${size === 1 ? Math.round(value) : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)} ${unit}`
}

/** Seconds since the start of the trace, with the precision of the step between two marks. */
export function moment(ns: number, step: number): string {
	const [size, unit] = step >= 1e9 ? [1e9, 's'] : step >= 1e6 ? [1e6, 'ms'] : step >= 1e3 ? [1e3, 'µs'] : [1, 'ns']
	// Near zero, a sum of steps may be slightly negative.
	return `${(Math.abs(ns) < step / 1000 ? 0 : ns / size).toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`
}

export function count(n: number): string {
	return n.toLocaleString('en')
}

export function plural(n: number, noun: string): string {
	return `${count(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** A part as a percentage: `12.3 %` */
export function percent(part: number): string {
	const value = part * 100
	return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`
}

/** @param start nanoseconds since 1970 at time 0 */
export function timeOfDay(start: string, time: number): string {
	return new Date(Number(BigInt(start) / 1_000_000n) + time / 1e6).toISOString()
}

/** Steps of an axis with marks at least `gap` pixels apart: 1, 2 or 5 times a power of ten. */
export function step(perPixel: number, gap: number): number {
	const min = perPixel * gap
	const power = 10 ** Math.floor(Math.log10(min))
	return power * ([1, 2, 5, 10].find(factor => power * factor >= min) ?? 10)
}
