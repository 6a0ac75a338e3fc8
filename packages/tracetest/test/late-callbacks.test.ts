// That a search explores what real time decides: a request that takes long, and a timer or an immediate that a busy
// process is late with. Each body fails only if something comes later than it does on a machine that is idle.
import { pbkdf2 } from 'node:crypto'
import { lookup } from 'node:dns'
import { stat as statCallback } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { explore } from '@tsgotrace/tracetest'
import { describe, expect, test } from 'vitest'

const file = import.meta.filename

/** `late` must be over when `early` is, and is not if it takes longer. Nothing else can be chosen: there is one task. */
function body(late: () => Promise<unknown>, early: () => Promise<unknown>): () => Promise<void> {
	return async () => {
		let isReady = false
		await Promise.all([
			late().then(() => {
				isReady = true
			}),
			early().then(() => {
				if (!isReady) throw new Error('not ready')
			}),
		])
	}
}

const options = { progress: false, budget: 60_000 }

const requests: Readonly<Record<string, () => Promise<unknown>>> = {
	'a file, by a promise': () => stat(file),
	'a file, by a callback': () => promisify(statCallback)(file),
	'a file that is opened and read': async () => {
		const handle = await open(file)
		await handle.read(Buffer.alloc(10))
		await handle.close()
	},
	'a file that is read': () => readFile(file),
	'a file that is not there': () => stat(`${file}.not`).catch(() => {}),
	'a name that is looked up': () => promisify(lookup)('localhost'),
	'a key that is derived': () => promisify(pbkdf2)('a', 'b', 1, 10, 'sha1'),
	'a timer of a later turn': () => immediate().then(() => sleep(1)),
	'a timer with a callback': async () => {
		await immediate()
		await new Promise<void>(resolve => setTimeout(resolve, 1))
	},
}

const named = { ...options, name: 'late' }

describe.each(Object.entries(requests))('%s', (_name, late) => {
	test('takes longer than a long timer', async () => {
		const late40 = body(late, () => sleep(40))
		const { failure, schedule } = await explore(late40, named)
		expect(failure?.error.message).toMatch(/^not ready\n/)
		// On a machine that was very busy it has failed without a search.
		if (schedule!.delays === 0) return
		expect(failure!.token).toMatch(/^tt1:late:[np]\.l\d+-q-0:/)
		expect(schedule!.steps.find(({ kind }) => kind === 'hold')).toMatchObject({
			task: 'test',
			text: expect.stringMatching(/^the callback of /),
			place: { file: import.meta.filename },
		})
		expect(failure!.error.message).toMatch(/▶ test {2}HELD at the callback of .* \S+late-callbacks\.test\.ts:\d+\n/)
		const again = await explore(late40, { ...named, token: failure!.token })
		expect(again.failure?.error.message).toMatch(/^not ready\n/)
	})
})

test('a file comes before an immediate that was asked for first', async () => {
	const fast = body(
		() => immediate(),
		() => stat(file),
	)
	const { failure } = await explore(fast, named)
	expect(failure?.error.message).toMatch(/^not ready\n/)
})

test('a callback is late by so much, and not by more', async () => {
	const between = async (): Promise<void> => {
		const log: string[] = []
		const add = (name: string, ended: Promise<unknown>): Promise<unknown> => ended.then(() => log.push(name))
		// Far apart: a busy machine takes long for a file, and where the process does not run, both timers come in one turn.
		await Promise.all([add('file', stat(file)), add('A', sleep(100)), add('B', sleep(300))])
		if (log.join(' ') === 'A file B') throw new Error(log.join(' '))
	}
	expect((await explore(between, named)).failure?.error.message).toMatch(/^A file B\n/)
})

test('two are late', async () => {
	const two = async (): Promise<void> => {
		const log: string[] = []
		const add = (name: string, ended: Promise<unknown>): Promise<unknown> => ended.then(() => log.push(name))
		await Promise.all([add('file', stat(file)), add('other', readFile(file)), add('timer', sleep(30))])
		if (log[0] === 'timer') throw new Error(log.join(' '))
	}
	expect((await explore(two, named)).failure?.error.message).toMatch(/^timer /)
})

test('what is late to the end of a body is not lost, and what Node guarantees holds', async () => {
	const logs = new Set<string>()
	const report = await explore(
		async t => {
			const log: string[] = []
			const add = (name: string, ended: Promise<unknown>): Promise<unknown> => ended.then(() => log.push(name))
			// Other timers, our own among them, take other times.
			await t.all(
				t.go('timers', () =>
					Promise.all([add('7', sleep(7)), add('7+', sleep(7)), add('11', sleep(11)), add('13', sleep(13))]),
				),
				t.go('immediates', () => Promise.all([add('first', immediate()), add('second', immediate())])),
				t.go('file', () => add('file', stat(file))),
			)
			logs.add(log.join(' '))
		},
		{ ...named, runs: 150 },
	)
	expect(report.failure).toBe(undefined)
	for (const log of logs) {
		const names = log.split(' ')
		expect(names.toSorted()).toEqual(['11', '13', '7', '7+', 'file', 'first', 'second'])
		expect(names.filter(name => /^\d/.test(name))).toEqual(['7', '7+', '11', '13'])
		expect(names.filter(name => /st|nd/.test(name))).toEqual(['first', 'second'])
	}
	// The file is somewhere else.
	expect(new Set([...logs].map(log => log.split(' ').indexOf('file'))).size).toBeGreaterThan(3)
})

test('a timer or an immediate that is cleared while it is late does not come', async () => {
	let wrong = 0
	const cleared = async (): Promise<void> => {
		let isOver = false
		const called = (): void => {
			if (isOver) wrong++
		}
		const timer = setTimeout(called, 1)
		const soon = setImmediate(called)
		await stat(file)
		await stat(file)
		isOver = true
		clearTimeout(timer)
		clearImmediate(soon)
		await sleep(5)
	}
	const report = await explore(cleared, { ...named, runs: 40 })
	expect(report.failure).toBe(undefined)
	expect(report.claim).toContain('in their own order, at most two late (')
	expect(wrong).toBe(0)
})

test('a body that is over, or has failed, has all its callbacks', async () => {
	let [asked, came] = [0, 0]
	const { failure } = await explore(
		async () => {
			asked++
			void stat(file).then(() => came++)
			await sleep(20)
			await immediate()
			if (asked > 3) throw new Error('over')
		},
		{ ...named, runs: 20 },
	)
	expect(failure?.error.message).toMatch(/^over\n/)
	while (came < asked) await sleep(1)
})
