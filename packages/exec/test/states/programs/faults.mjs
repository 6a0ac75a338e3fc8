// A program that does what hooks may stumble over, and says what it sees. It must say the same whether its states are followed or not.
// node faults.mjs off|coarse|exact|wakes CASE
// oxlint-disable typescript/await-thenable, typescript/no-floating-promises, unicorn/no-unnecessary-await, unicorn/no-thenable -- each way to wait is what this is about
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { Session } from 'node:inspector/promises'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { inspect } from 'node:util'
import { promiseHooks } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { configureStates, currentTask, liveTasks, task } from '@tsgotrace/exec'
import { attach } from './states.mjs'

const [level, name] = process.argv.slice(2)

/** Of the trace: sums of each task, and what else it says. Written to the error output at the end. */
const said = { begun: 0, ended: 0, runs: 0, waits: 0, wakes: 0, sites: 0, places: [], ends: {}, states: 0, wall: 0 }
const began = new Map()
const probes = {
	TaskBegin: id => {
		said.begun++
		if (said.begun < 10) began.set(id, liveTasks().find(task => task.id === id)?.began)
	},
	TaskEnd: (id, how) => {
		said.ended++
		said.ends[how] = (said.ends[how] ?? 0) + 1
		said.wall += performance.now() - (began.get(id) ?? Number.NaN)
		began.delete(id)
	},
	RunDone: ms => {
		said.runs++
		said.states += ms
	},
	WaitDone: ms => {
		said.waits++
		said.states += ms
	},
}
if (level === 'coarse') configureStates({ level: 'coarse' })
if (level === 'wakes') configureStates({ sites: name === 'million' ? 1000 : 1 })
const detach =
	level === 'off'
		? () => {}
		: attach({
				...probes,
				...(level === 'wakes'
					? {
							Wake: () => said.wakes++,
							WaitSite: (_, site, weight) => {
								said.sites++
								said.places.push([site, weight])
							},
						}
					: {}),
			})
process.on('exit', () => process.stderr.write(JSON.stringify(said)))

const cases = {
	async recursion() {
		let caught = 0
		const nothing = () => {}
		const bodies = [
			function promise() {
				new Promise(nothing)
				promise()
			},
			async function chained() {
				await chained()
			},
			function then() {
				Promise.resolve().then(nothing)
				then()
			},
			function timer() {
				setTimeout(nothing, 0)
				timer()
			},
			function tick() {
				process.nextTick(nothing)
				tick()
			},
			function nested() {
				task('nested', nested)
			},
		]
		for (const body of bodies)
			for (let i = 0; i < 3; i++)
				await task('deep', async () => {
					try {
						await body()
					} catch (error) {
						if (error instanceof RangeError) caught++
					}
				})
		console.log(`caught ${caught} of ${bodies.length * 3}`)
	},
	async exit() {
		task('outer', () =>
			task('inner', async () => {
				await sleep(50)
				process.exit(7)
			}),
		)
		await sleep(1000)
	},
	async forever() {
		// Something could still settle it: it is not lost.
		const settlers = []
		task('never', () => new Promise(resolve => settlers.push(resolve)))
		process.on('exit', () => settlers.length)
		task('working', async () => {
			for (;;) await turn()
		})
		await sleep(60)
		process.exitCode = 3
		setTimeout(() => process.exit(), 1)
		await sleep(1000)
	},
	async uncaught() {
		let errors = 0
		process.on('uncaughtException', () => errors++)
		process.on('unhandledRejection', () => errors++)
		await task('throws later', async () => {
			setTimeout(() => {
				throw new Error('planted')
			}, 1)
			setImmediate(() => {
				throw new Error('planted')
			})
			process.nextTick(() => void Promise.reject(new Error('planted')))
			// On a busy machine, both timers may be due before the immediate.
			for (let i = 0; i < 500 && errors < 3; i++) await sleep(10)
			console.log('goes on', errors)
		})
	},
	async promises() {
		await task('promises', async () => {
			const frozen = Object.freeze(Promise.resolve(1))
			await frozen
			const settled = Promise.resolve(2)
			const followed = settled.then(x => x)
			await followed
			console.log(
				inspect(settled, { showHidden: true }),
				Reflect.ownKeys(settled),
				Reflect.ownKeys(followed),
				inspect(followed),
			)
			class Own extends Promise {
				static get [Symbol.species]() {
					return Promise
				}
			}
			console.log(await new Own(resolve => setImmediate(resolve, 3)), await Own.resolve(4).then(x => x))
			const evil = {
				get then() {
					throw new Error('planted')
				},
			}
			console.log(
				await Promise.resolve()
					.then(() => evil)
					.catch(String),
			)
			class Resource extends AsyncResource {
				static get name() {
					throw new Error('never read')
				}
			}
			Object.defineProperty(Resource.prototype, 'constructor', {
				get() {
					throw new Error('never read')
				},
			})
			console.log(new Resource('R').runInAsyncScope(() => 'in scope'))
		})
	},
	async others() {
		const counts = { init: 0, before: 0, promises: 0, microtasks: 0 }
		const storage = new AsyncLocalStorage()
		const hook = createHook({
			init: (_, type) => void (type === 'PROMISE' ? counts.promises++ : counts.init++),
			before: () => void counts.before++,
		}).enable()
		const stop = promiseHooks.createHook({ before: () => void counts.microtasks++ })
		const session = new Session()
		session.connect()
		await session.post('Profiler.enable')
		await session.post('Profiler.start')
		const seen = await task('beside', () =>
			storage.run('mine', async () => {
				await sleep(2)
				await null
				const outside = storage.exit(() => storage.getStore())
				await turn()
				return [storage.getStore(), outside, currentTask() === null ? level === 'off' : level !== 'off']
			}),
		)
		await session.post('Profiler.stop')
		session.disconnect()
		hook.disable()
		stop()
		console.log(seen, counts.init > 0, counts.before > 0, counts.promises > 0, counts.microtasks > 0)
	},
	async million() {
		const count = Number(process.argv[4] ?? 1_000_000)
		let done = 0
		const used = () => {
			globalThis.gc?.()
			return process.memoryUsage().heapUsed
		}
		const work = async () => {
			await null
			done++
		}
		let first = 0
		for (let i = 0; i < count; i += 1000) {
			await Promise.all(Array.from({ length: 1000 }, () => task('small', work)))
			await turn()
			if (i === Math.floor(count / 5000) * 1000) first = used()
		}
		const grown = used() - first
		console.log(done, grown < 4 * 1024 * 1024 ? 'flat' : `grown by ${grown}`)
	},
	async worker() {
		// Tasks in threads of their own, which are ended in the middle of them.
		const program = `
			import(${JSON.stringify(new URL('states.mjs', import.meta.url).href)}).then(async ({ attach }) => {
				const { task } = await import(${JSON.stringify(import.meta.resolve('@tsgotrace/exec'))})
				let runs = 0
				if (${level !== 'off'}) attach({ RunDone: () => runs++, WaitDone: () => {}, ...(${level === 'wakes'} ? { Wake: () => {} } : {}) })
				const { parentPort } = require('node:worker_threads')
				for (let i = 0; i < 3; i++) await task('in a thread', () => new Promise(resolve => setTimeout(resolve, 1)))
				parentPort.postMessage(${level !== 'off'} ? runs >= 6 : true)
				task('under way', async () => { for (;;) await new Promise(resolve => setImmediate(resolve)) })
			})`
		for (let i = 0; i < 3; i++) {
			const worker = new Worker(program, { eval: true })
			const [hasRuns] = await once(worker, 'message')
			console.log(hasRuns, await worker.terminate())
		}
		await task('goes on', () => sleep(1))
	},
	async sites() {
		// Each is in the line after its name.
		const line = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack.split('\n')[2])[1])
		const lines = []
		const inner = async () => {
			lines.push(line())
			await sleep(50)
		}
		const background = async () => {
			await new Promise(() => {})
		}
		await task('placed', async () => {
			lines.push(line())
			await sleep(50)
			lines.push(line())
			await new Promise(resolve => setTimeout(resolve, 50))
			await inner()
			const promise = inner()
			await promise
			void background()
			lines.push(line())
			await sleep(50)
		})
		console.log(lines.length)
		said.lines = lines
	},
	async toggled() {
		// Attached and detached while tasks are under way.
		const again = []
		const busy = task('busy', async () => {
			for (let i = 0; i < 60; i++) await (i % 3 === 0 ? sleep(1) : i % 3 === 1 ? turn() : null)
			return 'done'
		})
		for (let i = 0; i < 20; i++) {
			if (level !== 'off') again.push(attach({ RunDone: () => {}, Wake: () => {}, WaitSite: () => {} }))
			await sleep(1)
			if (i % 2 === 1) again.shift()?.()
		}
		for (const end of again) end()
		console.log(await busy)
	},
}
await cases[name]()
detach()
