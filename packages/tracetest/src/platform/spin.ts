import { promiseHooks } from 'node:v8'

/** Counts continuations of promises that begin without a pause: after very many of them, something polls. */
export class Spin {
	/** To be set to 0 at each pause. */
	count = 0
	limit: number
	/** Called at the begin of a continuation, once the limit is reached. */
	readonly reached: () => void

	constructor(limit: number, reached: () => void) {
		this.limit = limit
		this.reached = reached
	}
}

/** Let V8 count for `spin`. @returns to be called at the end */
export function countBegins(spin: Spin): () => void {
	return promiseHooks.onBefore(() => {
		if (++spin.count >= spin.limit) spin.reached()
	}) as () => void
}
