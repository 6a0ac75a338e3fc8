// Taken when the module loads, because fake timers of a traced program may replace them later. V8 inlines the call of a
// bound function.
const { performance } = globalThis
/** Milliseconds with a fraction, monotonic. */
export const now: () => number = performance.now.bind(performance)
const dateNow = Date.now
// oxlint-disable-next-line typescript/unbound-method -- it uses no this
const hrtimeNow = process.hrtime.bigint

/** The value of MONOTONIC where {@link now} is 0, in nanoseconds: both are the same clock, with different origins. */
function measureOrigin(): number {
	let best = Number.POSITIVE_INFINITY
	let origin = 0
	// Take the narrowest of several brackets: the thread may be interrupted between two reads.
	for (let i = 0; i < 8; i++) {
		const before = now()
		const monotonic = Number(hrtimeNow())
		const after = now()
		if (after - before >= best) continue
		best = after - before
		origin = monotonic - Math.floor(((before + after) / 2) * 1e6)
	}
	return origin
}

const origin = measureOrigin()

/**
 * MONOTONIC, the clock that all processes of a machine share, in nanoseconds, for a value of {@link now}. Exact below
 * 2^53: 104 days of uptime.
 */
export function monotonicOf(ms: number): number {
	return origin + Math.floor(ms * 1e6)
}

/** Nanoseconds since 1970. JavaScript reads the system's clock with millisecond accuracy. */
export function realtime(): number {
	return dateNow() * 1e6
}
