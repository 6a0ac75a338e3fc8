import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deferred } from '../src/platform/deferred.js'
import { Task } from '../src/world/task.js'
import { Waiting } from '../src/world/waiting.js'

/** What happens to those that wait: tasks begin to wait, and one of them has its turn, or time passes. */
const steps = fc.array(
	fc.record({ come: fc.array(fc.nat(2), { maxLength: 3 }), choice: fc.option(fc.nat(4), { nil: undefined }) }),
	{ maxLength: 300, size: '+2' },
)

test('the first choice is the one that is searched for, whichever had their turns before', () => {
	const tasks = [0, 1, 2].map(index => new Task(`T${index}`, index))
	fc.assert(
		fc.property(steps, fc.boolean(), (all, hasTime) => {
			const waiting = new Waiting()
			for (const { come, choice } of all) {
				for (const index of come) {
					const task = tasks[index]!
					const rest = { args: [], site: undefined, hash: task.hash, hold: undefined, tight: false, gate: deferred() }
					waiting.add({ task, event: undefined, ...rest })
				}
				waiting.sort()
				const at = choice === undefined ? waiting.first(hasTime) : waiting.find(choice, hasTime)
				if (choice === undefined) expect(at).toBe(waiting.find(0, hasTime))
				if (waiting.at(at) === undefined) waiting.passed()
				else waiting.take(at)
			}
		}),
	)
})
