// The clock of V8's profiles, which is that of the machine, and that of `performance.now()`.

/** Known once it is needed: before Node 24, the first use of `performance` loads modules of Node. */
let offset: number | undefined

function between(): number {
	return (offset ??= Number(process.hrtime.bigint()) / 1e6 - performance.now())
}

/** What V8's clock shows, in microseconds, at a time of `performance.now()`. */
export function microsecondsAt(ms: number): number {
	return (ms + between()) * 1000
}

/** The time of `performance.now()` at a time of V8's clock in microseconds. */
export function millisecondsAt(us: number): number {
	return us / 1000 - between()
}
