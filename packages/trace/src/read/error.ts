/** Why reading ended before the end of the input. */
export type TraceReadProblem =
	/** The input ends inside a packet, as that of a killed process may: all before it was read. */
	| 'truncated'
	/** It was no trace from the first byte on. */
	| 'foreign'
	/** It is a trace up to some byte. */
	| 'corrupt'
	/** It is encrypted, and no key fits. */
	| 'encrypted'

/**
 * Where and why reading a trace stopped. Everything before that place has been delivered.
 *
 * Errors of the system, such as a file that does not exist, are not of this class: they come as Node throws them.
 */
export class TraceReadError extends Error {
	override readonly name = 'TraceReadError'

	readonly problem: TraceReadProblem
	/** Byte of the input at which the packet starts that could not be read; of the unpacked input where that is compressed. */
	readonly offset: number
	/** What to do about it, where we know. */
	readonly hint: string | undefined

	constructor(problem: TraceReadProblem, message: string, offset: number, hint?: string, options?: ErrorOptions) {
		super(message, options)
		this.problem = problem
		this.offset = offset
		this.hint = hint
	}
}
