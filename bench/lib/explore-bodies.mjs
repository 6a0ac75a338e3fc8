// A lost update among other tasks, as text that does not know who decides what goes on: for each explorer the same
// steps and the same tasks.

/**
 * @typedef {object} Explorer
 * @property {(name: string, fn: () => Promise<void>) => Promise<void>} go starts a task, when it is its turn
 * @property {(what: string) => Promise<void>} step waits until the task may go on
 */

/**
 * @typedef {object} Around
 * @property {number} before steps before the second task comes to where the mistake is
 * @property {number} tasks that have nothing to do with it
 * @property {number} events of each of these
 */

/** @type {Record<string, Around>} */
export const bodies = {
	small: { before: 3, tasks: 2, events: 3 },
	deep: { before: 40, tasks: 6, events: 20 },
}

/**
 * @param {Explorer} explorer
 * @param {Around} around
 * @param {boolean} fixed
 */
export async function lostUpdate({ go, step }, { before, tasks, events }, fixed) {
	let n = 0
	let tail = Promise.resolve()
	const update = async () => {
		await step('read')
		const read = n
		await step('write')
		n = read + 1
	}
	const increment = () => (fixed ? (tail = tail.then(update)) : update())
	const steps = async (count, what) => {
		for (let i = 0; i < count; i++) await step(what)
	}
	await Promise.all([
		go('A', increment),
		go('B', async () => {
			await steps(before, 'before')
			await increment()
		}),
		...Array.from({ length: tasks }, (_, i) => go(`N${i}`, () => steps(events, 'noise'))),
	])
	if (n !== 2) throw new Error(`lost update: ${n} instead of 2`)
}
