/** Why a process did not do what it was asked for. */
export type LiveProblem =
	/** The process cannot be looked into (it does not exist, or is not Node), or does not let clients do this. */
	| 'refused'
	/** The process has loaded no module with trace events. */
	| 'no events'
	/** The process has no flight recorder. */
	| 'no ring'
	/** The process does not use `@tsgotrace/exec`, or a version that is too old. */
	| 'no tasks'
	/** The connection has ended: the process has, or it has closed the connection. */
	| 'closed'
	/** Another reason, which the message has. */
	| 'failed'

/** Thrown in the process; its client gets both as a {@link LiveError}. */
export class RequestError extends Error {
	override readonly name = 'RequestError'
	readonly problem: LiveProblem

	constructor(problem: LiveProblem, message: string) {
		super(message)
		this.problem = problem
	}
}

/** The body of a failure: what is thrown, as JSON. */
export interface FailureBody {
	readonly message: string
	readonly problem: LiveProblem
}

export function failureBody(error: unknown): FailureBody {
	return {
		message: error instanceof Error ? error.message : String(error),
		problem: error instanceof RequestError ? error.problem : 'failed',
	}
}
