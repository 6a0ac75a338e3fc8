/** Why reading ended before the end of the input. */
export type TraceReadProblem =
	/** The input ends inside a packet, as the file of a killed process may. Everything before was read. */
	| 'truncated'
	/** The input is not a trace from its first byte on. */
	| 'foreign'
	/** The input is a trace up to some byte. */
	| 'corrupt'
	/** The input is encrypted, and the key is missing or wrong. */
	| 'encrypted'

/**
 * Where and why reading a trace stopped. Everything before that position has been returned.
 *
 * System errors, such as a file that does not exist, are not of this class: they are thrown as Node throws them.
 */
export class TraceReadError extends Error {
	override readonly name = 'TraceReadError'

	readonly problem: TraceReadProblem
	/** Byte offset of the packet that could not be read; in the uncompressed input, if it is compressed. */
	readonly offset: number
	/** A hint how to fix it, if there is one. */
	readonly hint: string | undefined

	constructor(problem: TraceReadProblem, message: string, offset: number, hint?: string, options?: ErrorOptions) {
		super(message, options)
		this.problem = problem
		this.offset = offset
		this.hint = hint
	}
}
