import { attachProbe, lock, locked, ProbeGroup, setup, unlock } from '@tsgotrace/runtime'
import { afterEach, expect, test } from 'vitest'
import { node } from './child.js'
import { hello, nextTurn, reports } from './fixtures.js'

/** Whether the lock is held. Takes it for a moment if not. */
function isLocked(): boolean {
	try {
		setup(() => {})
		return false
	} catch {
		return true
	}
}

afterEach(() => expect(isLocked()).toBe(false))

test('lock and unlock', () => {
	expect(isLocked()).toBe(false)
	lock()
	expect(isLocked()).toBe(true)
	unlock()
	expect(isLocked()).toBe(false)
})

function takesTheLockFirst(): void {
	lock()
}

test.each([
	['lock', lock],
	['locked', locked],
	['setup', () => setup(() => {})],
])('%s under lock throws and says where the lock was taken', (name, again) => {
	takesTheLockFirst()
	try {
		expect(again).toThrow(
			new RegExp(
				`^${name}: the tracing lock is already taken, at takesTheLockFirst \\(.*lock\\.test\\.ts:\\d+:\\d+\\)$`,
			),
		)
	} finally {
		unlock()
	}
})

function setupFirst(body: () => void): void {
	setup(body)
}

test('a second lock within setup throws, says where setup was called, and setup releases its own', () => {
	expect(() => setupFirst(() => lock())).toThrow(/already taken, at setupFirst \(.*lock\.test\.ts:\d+:\d+\)$/)
})

test('a second lock within using a lock says where that is', () => {
	function usesTheLock(): void {
		using _ = locked()
		lock()
	}
	expect(usesTheLock).toThrow(/already taken, at usesTheLock \(.*lock\.test\.ts:\d+:\d+\)$/)
})

test('the place is reported without a stack too', () => {
	const limit = Error.stackTraceLimit
	try {
		Error.stackTraceLimit = 0
		expect(() => setup(() => lock())).toThrow('the tracing lock is already taken, at an unknown place')
	} finally {
		Error.stackTraceLimit = limit
	}
})

test('the place is reported whatever the program does to stacks', () => {
	const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')!
	try {
		for (const prepare of [() => [], () => undefined]) {
			Error.prepareStackTrace = prepare
			expect(() => setup(() => lock())).toThrow('the tracing lock is already taken, at an unknown place')
		}
		Error.prepareStackTrace = () => {
			throw new Error('no stacks here')
		}
		let message = ''
		setup(() => {
			try {
				lock()
			} catch (error) {
				message = (error as Error).message
			}
		})
		expect(message).toBe('lock: the tracing lock is already taken, at an unknown place')
	} finally {
		Object.defineProperty(Error, 'prepareStackTrace', before)
	}
})

test('unlock without lock throws', () => {
	expect(unlock).toThrow('unlock without lock: the tracing lock is not taken')
	lock()
	unlock()
	expect(unlock).toThrow('unlock without lock')
})

test('using locked() releases the lock at the end of the block, even when it throws', () => {
	{
		using _ = locked()
		expect(isLocked()).toBe(true)
	}
	expect(isLocked()).toBe(false)
	expect(() => {
		using _ = locked()
		throw new Error('stop')
	}).toThrow('stop')
	expect(isLocked()).toBe(false)
})

test('setup holds the lock, releases it and returns what the function returns', () => {
	const value = {}
	expect(
		setup(() => {
			expect(isLocked()).toBe(true)
			return value
		}),
	).toBe(value)
	expect(isLocked()).toBe(false)
	expect(setup(() => undefined)).toBe(undefined)
	expect(setup(() => null)).toBe(null)
})

test('setup releases the lock when the function throws, and passes that on', () => {
	const error = new Error('stop')
	expect(() =>
		setup(() => {
			throw error
		}),
	).toThrow(error)
	expect(isLocked()).toBe(false)
})

test('setup refuses an async function before it runs', () => {
	let ran = false
	const refused = async (): Promise<void> => {
		ran = true
	}
	expect(() => setup(refused as never)).toThrow(
		'setup takes a function that is not async: the tracing lock cannot be held across an await',
	)
	expect(ran).toBe(false)
})

test.each([
	['a promise', Promise.resolve()],
	['a thenable', Object.create(Promise.prototype)],
	['a function that is a thenable', Object.setPrototypeOf(() => {}, Promise.prototype)],
])('setup refuses a function that returns %s, and has released the lock', (_, value) => {
	expect(() => setup(() => value as never)).toThrow('setup takes a function that is not async')
	expect(isLocked()).toBe(false)
})

test('a lock that is held across an await is reported, and where it was taken', async () => {
	const seen = await reports(async () => {
		takesTheLockFirst()
		await nextTurn()
		unlock()
	})
	expect(seen).toHaveLength(1)
	expect(seen[0]!.message).toMatch(
		/^the tracing lock is held across an await, or was never released; it was taken at takesTheLockFirst \(.*lock\.test\.ts:\d+:\d+\)$/,
	)
})

test('a lock that was released in its turn is not reported, even if another is held when the turn ends', async () => {
	const seen = await reports(async () => {
		setup(() => {})
		new ProbeGroup().done()
		// Runs before the check of the lock that is taken here, and after those of the others.
		queueMicrotask(unlock)
		lock()
		await nextTurn()
	})
	expect(seen).toEqual([])
})

test('a process whose lock is held across an await dies as of an uncaught error', async () => {
	const { code, stderr, stdout } = await node(`
		import { lock, unlock } from '@tsgotrace/runtime'
		async function holdsTheLock() {
			lock()
			await new Promise(resolve => setTimeout(resolve, 50))
			unlock()
			console.log('went on')
		}
		await holdsTheLock()
	`)
	expect(stdout).toBe('')
	expect(stderr).toContain(
		'Error: the tracing lock is held across an await, or was never released; it was taken at holdsTheLock (',
	)
	expect(code).toBe(1)
})

test('a process may hold the lock for all of a synchronous run', async () => {
	const { code, stderr, stdout } = await node(`
		import { lock, unlock } from '@tsgotrace/runtime'
		lock()
		process.on('exit', () => console.log('ended'))
		unlock()
	`)
	expect(stderr).toBe('')
	expect(stdout).toBe('ended\n')
	expect(code).toBe(0)
})

test('several attachments under one lock are one step: a signal in between sees what is attached so far', () => {
	const { event, traceHello } = hello()
	const log: string[] = []
	setup(() => {
		attachProbe(null, event, () => void log.push('a'))
		traceHello('JP')
		attachProbe(null, event, () => void log.push('b'))
	})
	traceHello('JP')
	expect(log).toEqual(['a', 'a', 'b'])
})
