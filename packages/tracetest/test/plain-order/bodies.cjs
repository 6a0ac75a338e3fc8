// Lost updates that each plain execution has, since both tasks read before one of them writes. Where they wait is no choice point.
const assert = require('node:assert/strict')
const events = require('node:events')
const { stat } = require('node:fs')
const { stat: statLater } = require('node:fs/promises')
const { setTimeout: sleep } = require('node:timers/promises')
const { MessageChannel } = require('node:worker_threads')

/** No promise: to await it takes a microtask. */
const nothing = /** @type {unknown} */ (null)

async function* items() {
	yield 1
	yield 2
}

function message() {
	return new Promise(resolve => {
		const { port1, port2 } = new MessageChannel()
		port1.on('message', () => {
			port1.close()
			resolve()
		})
		port2.postMessage('go on')
	})
}

function emitted() {
	const emitter = new events.EventEmitter()
	setImmediate(() => emitter.emit('go on'))
	return events.once(emitter, 'go on')
}

/** Where the tasks wait between reading and writing. */
const waits = {
	'an await': async () => {
		await nothing
	},
	'a then': () => Promise.resolve().then(() => {}),
	'a for await': async () => {
		for await (const _ of items());
	},
	'a microtask': () => new Promise(resolve => queueMicrotask(resolve)),
	'a tick': () => new Promise(resolve => process.nextTick(resolve)),
	'an immediate': () => new Promise(resolve => setImmediate(resolve)),
	'a timer': () => new Promise(resolve => setTimeout(resolve, 5)),
	'a timer of node:timers/promises': () => sleep(5),
	'a file, with a callback': () => new Promise(resolve => stat(__filename, resolve)),
	'a file, with a promise': () => statLater(__filename),
	'a message': message,
	'an event': emitted,
}

/** With tasks, and with calls. */
exports.bodies = Object.fromEntries(
	Object.entries(waits).flatMap(([name, wait]) =>
		[false, true].map(calls => [
			`${name}${calls ? ', with calls' : ''}`,
			async t => {
				let total = 0
				const add = async () => {
					const before = total
					await wait()
					total = before + 3
				}
				await (calls ? Promise.all([add(), add()]) : t.all(t.go('ann', add), t.go('bob', add)))
				assert.equal(total, 6)
			},
		]),
	),
)
