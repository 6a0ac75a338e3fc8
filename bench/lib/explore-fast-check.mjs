import fc from 'fast-check'
import { lostUpdate } from './explore-bodies.mjs'

/**
 * As its documentation says: what is asynchronous is scheduled, and waited for. @type
 * {import('./explore-child.mjs').Search}
 */
export async function search(around, fixed, { ms, seed }) {
	let runs = 0
	const property = fc.asyncProperty(fc.scheduler(), async s => {
		runs++
		const step = what => s.schedule(Promise.resolve(), what)
		const go = async (name, fn) => {
			await step(name)
			return fn()
		}
		await s.waitFor(lostUpdate({ go, step }, around, fixed))
	})
	const start = performance.now()
	const { counterexample } = await fc.check(property, {
		numRuns: 1e9,
		interruptAfterTimeLimit: ms,
		endOnFailure: true,
		seed,
	})
	// One that was interrupted before its first execution has ended counts as failed there.
	return { failed: counterexample !== null, runs, ms: performance.now() - start }
}
