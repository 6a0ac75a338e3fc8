// oxlint-disable typescript/await-thenable, typescript/return-await, unicorn/no-unnecessary-await, unicorn/no-thenable -- each way to wait is what this is about
// Hand-overs of each kind, and who made each waiting task run again: the program knows it, as it decides itself who settles what. Prints what was reported, as JSON.
// node wakers.mjs HANDOVERS SEED
import { AsyncResource } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'
import { attach, randomOf } from './states.mjs'

const handovers = Number(process.argv[2] ?? 1000)
const random = randomOf(Number(process.argv[3] ?? 1))
const loopTask = 0

/**
 * Of each waiting task: by whom its wait was ended. The steps of `finally` and of generators are waits of their own:
 * those that only give way (`immediate`), and those of which the trace does not know who ended them (`sync` without a
 * wake), say nothing else than the one before.
 */
const wakes = new Map()
/** A wake precedes the wait that it ends. */
let announced = loopTask
attach({
	Wake: (_, by) => (announced = by),
	WaitDone: (_, id, reason) => {
		const saysNothing = reason === 'immediate' || (reason === 'sync' && announced === loopTask)
		if (wakes.has(id) && !saysNothing) wakes.set(id, announced)
		announced = loopTask
	},
})

/** Wait, and say by whom it was ended as the trace has it. */
async function waiting(own, wait) {
	wakes.set(own.id, null)
	await wait().catch(() => {})
	const by = wakes.get(own.id)
	wakes.delete(own.id)
	return by
}

const deferred = () => Promise.withResolvers()

/** Do something else for a while, as a task does before it settles what others wait for. */
async function elsewhere() {
	const way = random(5)
	if (way === 0) await sleep(random(3))
	else if (way === 1) await turn()
	else if (way === 2) for (let i = random(4); i >= 0; i--) await null
	else if (way === 3) await new Promise(resolve => process.nextTick(resolve))
	else if (way === 4) await readFile(import.meta.filename)
}

/** What settles: begins as a task, and returns its id at once. */
function settler(settle) {
	let id = 0
	const done = task('settler', async own => {
		id = own.id
		await turn()
		await elsewhere()
		settle()
		// What it goes on with wakes no task.
		for (let i = random(3); i > 0; i--) await null
	})
	return { id, done }
}

/** Each has a wait, who is to end it (none: the loop), whether it may be over at once, and what else runs. */
const kinds = {
	await: () => {
		const { promise, resolve } = deferred()
		return [() => promise, [settler(resolve)]]
	},
	reject: () => {
		const { promise, reject } = deferred()
		return [() => promise, [settler(() => reject(new Error('planted')))]]
	},
	then: () => {
		const { promise, resolve } = deferred()
		return [
			() =>
				promise
					.then(x => x)
					.then(x => x)
					.finally(() => {}),
			[settler(resolve)],
		]
	},
	nested: () => {
		const { promise, resolve } = deferred()
		const inner = async () => await promise
		const middle = async () => await inner()
		return [async () => await middle(), [settler(resolve)]]
	},
	// The last one that settles ends it: the second begins when the first has settled.
	all: () => inTurn(promises => Promise.all(promises), 'last'),
	allSettled: () => inTurn(promises => Promise.allSettled(promises), 'last', true),
	race: () => inTurn(promises => Promise.race(promises), 'first'),
	any: () => inTurn(promises => Promise.any(promises), 'last', true),
	queue: () => {
		const takers = []
		const take = () => new Promise(resolve => takers.push(resolve))
		return [async () => await take(), [settler(() => takers.shift()?.(1))]]
	},
	mutex: () => {
		const waiting = []
		let isHeld = true
		const lock = async () => {
			while (isHeld) await new Promise(resolve => waiting.push(resolve))
			isHeld = true
		}
		const unlock = () => {
			isHeld = false
			waiting.shift()?.()
		}
		return [lock, [settler(unlock)]]
	},
	emitter: () => {
		const emitter = new EventEmitter()
		return [() => once(emitter, 'x'), [settler(() => emitter.emit('x'))]]
	},
	thenable: () => {
		let call
		const thenable = { then: resolve => (call = resolve) }
		return [async () => await thenable, [settler(() => call?.())]]
	},
	generator: () => {
		const { promise, resolve } = deferred()
		async function* values() {
			yield await promise
		}
		return [
			async () => {
				for await (const _ of values()) break
			},
			[settler(resolve)],
		]
	},
	abort: () => {
		const controller = new AbortController()
		return [() => sleep(60_000, null, { signal: controller.signal }), [settler(() => controller.abort())]]
	},
	bound: () => {
		// Bound to another task, which is under way: what is called in its context settles.
		const { promise, resolve } = deferred()
		const over = deferred()
		const owner = ownerOf(resolve, over.promise)
		const caller = settler(() => {
			owner.bound()
			over.resolve()
		})
		return [() => promise, [owner], false, caller]
	},
	'bound to a task that is over': () => {
		const { promise, resolve } = deferred()
		const owner = ownerOf(resolve, null)
		return [() => promise, [settler(() => owner.bound())]]
	},
	task: () => {
		// Waits for the task itself.
		const other = settler(() => {})
		return [() => other.done, [other]]
	},
	'resolve before await': () => {
		const { promise, resolve } = deferred()
		const by = settler(() => {})
		resolve()
		return [() => promise, [], true, by]
	},
	'ready at once': () => [async () => void (await null), [], true, settler(() => {})],
	timer: () => [() => sleep(1 + random(3)), [], false, settler(() => {})],
	file: () => [() => readFile(import.meta.filename), [], false, settler(() => {})],
	'timer callback': () => [() => new Promise(resolve => setTimeout(resolve, 1)), [], false, settler(() => {})],
}

/** A task that binds `fn` to itself. */
function ownerOf(fn, until) {
	const owner = { id: 0, bound: null, done: null }
	owner.done = task('owner', async own => {
		owner.id = own.id
		owner.bound = AsyncResource.bind(fn)
		await until
	})
	return owner
}

/** Two are settled by two tasks, the second one after the first. */
function inTurn(combine, decides, rejectFirst = false) {
	const first = deferred()
	const second = deferred()
	const one = settler(() => (rejectFirst ? first.reject(new Error('planted')) : first.resolve()))
	const two = { id: 0, done: null }
	two.done = task('second', async own => {
		two.id = own.id
		await first.promise.catch(() => {})
		await elsewhere()
		await turn()
		second.resolve()
	})
	return [() => combine([first.promise, second.promise]), decides === 'first' ? [one, two] : [two, one]]
}

const results = {}
const names = Object.keys(kinds)

async function handover(name) {
	let expected
	let mayNotWait
	const rest = []
	const got = await task(
		'waiter',
		async own => {
			const [wait, by, ready, more] = kinds[name]()
			mayNotWait = ready === true
			expected = by.length === 0 ? loopTask : by[0].id
			rest.push(...by.map(({ done }) => done))
			if (more !== undefined) rest.push(more.done)
			return waiting(own, wait)
		},
		{ parent: null },
	)
	await Promise.all(rest)
	const result = (results[name] ??= { right: 0, wrong: {} })
	// No wait at all is right where nothing was to be waited for.
	if (got === expected || (mayNotWait && got === null)) result.right++
	else {
		const what = got === null ? 'no wait' : got === loopTask ? 'loop' : 'another task'
		result.wrong[what] = (result.wrong[what] ?? 0) + 1
	}
}

/** So many at a time, so that their steps are between each other's. */
let begun = 0
const way = async () => {
	while (begun < handovers) await handover(names[begun++ % names.length])
}
await Promise.all(Array.from({ length: 40 }, way))
const right = Object.values(results).reduce((sum, result) => sum + result.right, 0)
console.log(JSON.stringify({ node: process.version, handovers: begun, right, kinds: results }))
process.exit()
