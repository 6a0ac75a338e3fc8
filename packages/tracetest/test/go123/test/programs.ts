// The six programs of go123's example_test. Each is a test's body: two of them pass, if Race is executed once only.

import type { T } from '@tsgotrace/tracetest'
import { hello } from '../src/hello/hello.js'
import { hi } from '../src/hi.js'
import { traceHi_Event } from '../src/ztrace.js'
import { hello_traceHello_Event } from './ztrace_test.js'

//trace:import hello "../src/hello"

/** Events of `T1·A` go to stream `t1`. */
function listen(t: T): void {
	t.attach(traceHi_Event, hello_traceHello_Event)
	t.route((_, who) => String(who).split('·', 1)[0]!.toLowerCase())
}

/** Two threads, each with a stream of its own: how they interleave does not matter. */
export async function twoThreadsOK(t: T): Promise<void> {
	listen(t)
	t.go('T1', async () => {
		await hi('T1·A')
		await hello('T1·B')
	})
	t.go('T2', async () => {
		await hello('T2·C')
		await hi('T2·D')
	})
	await t.expect('t2', hello_traceHello_Event, 'T2·C')
	await t.expect('t2', traceHi_Event, 'T2·D')
	await t.expect('t1', traceHi_Event, 'T1·A')
	await t.expect('t1', hello_traceHello_Event, 'T1·B')
}

/** The test waits for an event that is never sent, and a thread for its event to be received. */
export async function deadlock(t: T): Promise<void> {
	listen(t)
	t.go('T1', () => hi('T1·A'))
	await t.expect('t2', traceHi_Event, 'zzz')
}

/** Two threads share a stream, and only the time that one of them sleeps makes the other one the first. */
export async function race(t: T): Promise<void> {
	listen(t)
	t.go('A', () => hi('x·A'))
	t.go('B', async () => {
		await new Promise(resolve => setTimeout(resolve, 100))
		await hi('x·B')
	})
	await t.expect('x', traceHi_Event, 'x·A')
	await t.expect('x', traceHi_Event, 'x·B')
}

/** The test ends before it has received all events. */
export async function deadlockExtra(t: T): Promise<void> {
	listen(t)
	t.go('T1', async () => {
		await hi('T1·A')
		await hi('T1·Extra')
	})
	await t.expect('t1', traceHi_Event, 'T1·A')
}

/** Another event comes. */
export async function expectType(t: T): Promise<void> {
	listen(t)
	t.go('T1', () => hi('T1·A'))
	await t.expect('t1', hello_traceHello_Event, 'T1·A')
}

/** The event comes with another value. */
export async function expectValue(t: T): Promise<void> {
	listen(t)
	t.go('T1', () => hi('T1·A'))
	await t.expect('t1', traceHi_Event, 'T1·B')
}
