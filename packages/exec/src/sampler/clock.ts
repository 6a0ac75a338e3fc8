// The clock of V8's profiles, which is that of the machine, and that of `performance.now()`.

const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** What V8's clock shows, in microseconds, at a time of `performance.now()`. */
export function microsecondsAt(ms: number): number {
	return (ms + offset) * 1000
}

/** The time of `performance.now()` when V8's clock showed so many microseconds. */
export function millisecondsAt(us: number): number {
	return us / 1000 - offset
}
