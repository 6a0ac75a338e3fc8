// Jobs of timers and ports that no task has begun, as tasks, if that is chosen. Signals, processes and the main module:
// programs.test.ts.
import { spawnSync } from 'node:child_process'
import { MessageChannel } from 'node:worker_threads'
import { configureTasks, currentTask, task } from '@tsgotrace/exec'
import { afterEach, describe, expect, it } from 'vitest'
import { hear, sleep } from './events.js'

const off = { timers: false, messages: false, signals: false }
afterEach(() => configureTasks(off))

/** In the context of no task, whatever the test runs in. */
const called = (set: (call: () => void) => unknown): Promise<void> => new Promise(resolve => set(resolve))

const namesOf = (lines: readonly string[]): string[] =>
	lines
		.filter(line => line.startsWith('TaskBegin'))
		.map(line => line.replace(/^TaskBegin #\d+ /, '').replace(/:\d+ /, ':LINE '))

/** The runner of these tests sends messages too. */
const ofTimers = (lines: readonly string[]): string[] => namesOf(lines).filter(name => name.startsWith('timer'))

describe('a timer that is set outside of tasks', () => {
	it('is a task of the function and the place where it is set, at each call', async () => {
		configureTasks({ timers: true })
		using heard = hear(/Task/)
		const seen: unknown[] = []
		await called(done => {
			let calls = 0
			const timer = setInterval(function checkQueue() {
				seen.push(currentTask()?.kind)
				if (++calls < 3) return
				clearInterval(timer)
				done()
			}, 1)
		})
		expect(seen).toEqual(['timer', 'timer', 'timer'])
		expect(ofTimers(heard.lines)).toEqual(
			Array(3).fill('timer checkQueue packages/exec/test/jobs.test.ts:LINE timer 0'),
		)
		const [begin] = heard.lines.filter(line => line.includes('checkQueue'))
		expect(heard.lines).toContain(`TaskEnd ${begin!.split(' ')[1]} returned `)
	})

	it('is a task until the promise of its function settles', async () => {
		configureTasks({ timers: true })
		using heard = hear(/Task/)
		const order: string[] = []
		const goesOn = async (done: () => void): Promise<void> => {
			const own = currentTask()!
			await sleep(2)
			order.push(`${currentTask() === own} ${own.ended}`)
			setTimeout(() => {
				order.push(`${own.ended} ${currentTask() !== own}`)
				done()
			}, 2)
		}
		await called(done =>
			setTimeout(() => {
				void goesOn(done)
			}, 1),
		)
		expect(order).toEqual(['true null', 'returned true'])
		// What it sets belongs to it while it goes on, and is a job of its own afterwards.
		expect(ofTimers(heard.lines)).toHaveLength(2)
	})

	it('leaves no task to the next one', async () => {
		configureTasks({ timers: true })
		using _ = hear(/Task/)
		const seen = new Set<unknown>()
		let left = 20
		await called(done => {
			for (let i = 0; i < 20; i++)
				setTimeout(() => {
					seen.add(currentTask()?.id)
					if (--left === 0) done()
				}, 1)
		})
		expect(seen.size).toBe(20)
		expect(currentTask()).toBeNull()
	})

	it('has one of few names, however many there are', async () => {
		configureTasks({ timers: true })
		using heard = hear(/TaskBegin/)
		let left = 2000
		await called(done => {
			for (let i = 0; i < 2000; i++) setTimeout(() => --left === 0 && done(), i % 3)
		})
		const names = ofTimers(heard.lines)
		expect(names).toHaveLength(2000)
		expect(new Set(names).size).toBe(1)
	})

	it('is none for a promise, and none if a task has set it, or if that is switched off', async () => {
		configureTasks({ timers: true })
		using heard = hear(/TaskBegin/)
		await sleep(1)
		await task('own', () => called(done => setTimeout(() => done(), 1)))
		expect(namesOf(heard.take()).filter(name => !name.startsWith('message'))).toEqual(['own task 0'])
		configureTasks(off)
		await called(done => setTimeout(() => done(), 1))
		expect(namesOf(heard.lines)).toEqual([])
	})
})

it('each message on a port of the program is a task', async () => {
	configureTasks({ messages: true })
	using _ = hear(/Task/)
	const { port1, port2 } = new MessageChannel()
	const seen: string[] = []
	await called(done => {
		port1.on('message', (n: number) => {
			const task = currentTask()
			seen.push(`${n} ${task?.name} ${task?.kind}`)
			if (n === 3) done()
		})
		for (const n of [1, 2, 3]) port2.postMessage(n)
	})
	port1.close()
	expect(seen).toEqual(['1 message message', '2 message message', '3 message message'])
})

it('no hook is installed without a probe, nor with one unless that is chosen', () => {
	const program = `
		const { async_hook_fields: fields, constants } = require('internal/test/binding').internalBinding('async_wrap')
		const hooks = () => ['kInit', 'kBefore', 'kAfter', 'kDestroy', 'kPromiseResolve'].reduce((sum, name) => sum + fields[constants[name]], 0)
		import('@tsgotrace/exec').then(async ({ configureTasks }) => {
			const { attachProbe, events, ProbeGroup, setup } = await import('@tsgotrace/runtime')
			const seen = [hooks()]
			const attach = () => {
				const group = new ProbeGroup()
				setup(() => events().filter(({ id }) => id.endsWith(':traceTaskBegin')).forEach(event => attachProbe(group, event, () => {})))
				return group
			}
			// Before Node 24 the context of a task is a hook itself.
			const probe = attach()
			const context = hooks()
			probe.done()
			configureTasks({ timers: true, messages: true, signals: true })
			seen.push(hooks())
			const again = attach()
			seen.push(hooks() - context)
			setTimeout(() => {}, 0)
			seen.push(hooks() - context)
			configureTasks({ timers: false, messages: false, signals: false })
			seen.push(hooks() - context)
			again.done()
			seen.push(hooks())
			console.log(seen.join())
		})`
	const { stdout, stderr } = spawnSync(process.execPath, ['--expose-internals', '--no-warnings', '-e', program], {
		encoding: 'utf8',
		cwd: import.meta.dirname,
	})
	expect(stderr).toBe('')
	expect(stdout).toBe('0,0,1,2,0,0\n')
})
