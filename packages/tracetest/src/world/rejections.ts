import { census } from '../platform/census.js'
import { worldOf } from './here.js'
import { TraceNak } from './nak.js'

/**
 * While a search goes on, a promise that is rejected and that nobody waits for fails the execution in which it was made: so it has a schedule and a
 * token. Otherwise the runner would tell of it, once for each of thousands of executions, and not under which schedule it happens.
 *
 * @returns to be called at the end
 */
export function watchRejections(): () => void {
	const rejected = (reason: unknown, promise: Promise<unknown>): void => {
		const world = worldOf(promise)
		if (world?.controller !== undefined && !world.closed && !(reason instanceof TraceNak)) {
			world.fail(reason, undefined, ['a promise was rejected, and its rejection was not handled'])
			return
		}
		// None of ours. Were there no listener at all, Node would end the process; with this one it would not.
		if (process.listenerCount('unhandledRejection') === 1) throw reason
	}
	census.untracked(() => process.on('unhandledRejection', rejected))
	return () => void process.off('unhandledRejection', rejected)
}
