// The clock of V8's profiles, which is that of the machine, and that of `performance.now()`.

/** Known once it is needed: before Node 24, the first use of `performance` loads modules of Node. */
let offset: number | undefined

function between(): number {
	return (offset ??= measure())
}

/** The narrowest of several brackets: the thread may be interrupted between two reads. */
function measure(): number {
	let best = Number.POSITIVE_INFINITY
	let found = 0
	for (let i = 0; i < 8; i++) {
		const before = performance.now()
		const machine = Number(process.hrtime.bigint()) / 1e6
		const after = performance.now()
		if (after - before >= best) continue
		best = after - before
		found = machine - (before + after) / 2
	}
	return found
}

/** What V8's clock shows, in microseconds, at a time of `performance.now()`. */
export function microsecondsAt(ms: number): number {
	return (ms + between()) * 1000
}

/** The time of `performance.now()` at a time of V8's clock in microseconds. */
export function millisecondsAt(us: number): number {
	return us / 1000 - between()
}
