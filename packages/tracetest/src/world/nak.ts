/**
 * What a pausable event rejects with in the task that signalled, when the test refuses the event: it came with another
 * type or value than expected, it was never received, or the test is over. `finally` blocks of the task run, as its
 * deferred functions do in Go.
 */
export class TraceNak extends Error {
	override readonly name: string = 'TraceNak'
}
