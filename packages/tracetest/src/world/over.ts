import { census } from '../platform/census.js'
import { deadlockText, failureText, hangs, hasFailed, type Proof } from './deadlock.js'
import { DeadlockError, ExpectError } from './errors.js'
import type { Receiver } from './streams.js'
import type { Task } from './task.js'
import type { World } from './world.js'

/** The body and all tasks have ended. Fails the test if something is left. */
export function finish(world: World): void {
	const { tasks, streams } = world
	if (tasks.some(isLost)) {
		const [lost, ...more] = tasks.filter(isLost)
		world.fail(
			lost!.error,
			undefined,
			more.map(task => `task '${task.name}' ${failureText(task)}`),
		)
	}
	const receiver = streams.receivers[0]
	if (receiver !== undefined) {
		const text = `${receiver.streams.join(' or ')}: recv: the test ended while a call waited for ${receiver.wanted}: is an "await" missing?`
		world.fail(new ExpectError(text), receiver.site)
	}
	const first = streams.pending[0]
	if (first !== undefined) {
		const held = streams.holds(first)
		const what = held
			? 'the test holds an event at its end'
			: 'the test ended, but there are events that it did not expect'
		world.fail(new ExpectError(what), first.site)
	}
	world.close('the test is over')
}

/** Nothing is left that could continue the test, or nothing came for too long. */
export function deadlock(world: World, how: Omit<Proof, 'alive'>, receiver: Receiver | undefined): void {
	const { tasks, streams } = world
	const { proved } = how
	const alive = proved ? [] : census.survivors(world)
	world.suspended?.stop()
	const text = deadlockText(world, { ...how, alive }, receiver)
	// The error of a task that failed is reported here or nowhere, and it is probably why the others wait.
	const lost = tasks.find(isLost)
	if (lost !== undefined) {
		world.fail(lost.error, undefined, [`task '${lost.name}' failed, and then:\n${text}`])
		return
	}
	const error = new DeadlockError(text, proved, alive)
	// At the call that waits, else where the event was signalled that the test does not receive, else at the last known
	// place of a waiting task.
	const seen = tasks.findLast(task => task.state === 'running' && task.last?.site !== undefined)
	const site = receiver?.site ?? streams.pending[0]?.site ?? hangs(world)[0]?.site ?? seen?.last?.site
	// Before all other calls that wait are ended: this one has the reason.
	receiver?.reject(error)
	world.fail(error, site)
}

/** Whether the error of `task` is reported here or nowhere. */
function isLost(task: Task<unknown>): boolean {
	return hasFailed(task) && !task.observed
}
