import type { LiveProblem } from '../protocol/problem.js'

/** Why a process cannot be looked into, or did not do what it was asked for. */
export class LiveError extends Error {
	override readonly name = 'LiveError'
	/** The kind of the reason. */
	readonly problem: LiveProblem

	constructor(problem: LiveProblem, message: string, options?: ErrorOptions) {
		super(message, options)
		this.problem = problem
	}
}
