// Never run: go123-types.matrix.test.ts has it compiled.

import type { TraceEvent } from '@tsgotrace/runtime'
import { type Held, type Received, run, type T, type Task, verify } from '@tsgotrace/tracetest'
import { test as nodeTest } from '@tsgotrace/tracetest/node-test'
import { createTest, test } from '@tsgotrace/tracetest/vitest'
import { test as base } from 'vitest'
import { traceHi_Event } from '../go123/src/ztrace.js'
import { hello_traceHello_Event } from '../go123/test/ztrace_test.js'

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
function same<A, B>(equal: Equal<A, B>): void {
	void equal
}

declare const traceMany_Event: TraceEvent<[id: number, name?: string]>
declare const traceNone_Event: TraceEvent<[]>
declare const traceEither_Event: TraceEvent<[what: 'on' | 'off', at: Date]>

async function arguments_(t: T): Promise<void> {
	// Of a generated event, and of one that is imported from another package.
	same<Received<[who: string]>, Awaited<ReturnType<typeof expectHi>>>(true)
	const expectHi = () => t.expect('s', traceHi_Event, 'x')
	const hello = await t.expect('s', hello_traceHello_Event, 'x')
	same<readonly [who: string], Readonly<typeof hello.args>>(true)
	// @ts-expect-error: missing
	await t.expect('s', traceHi_Event)
	// @ts-expect-error: of another type
	await t.expect('s', traceHi_Event, 1)
	// @ts-expect-error: one more than there are
	await t.expect('s', traceHi_Event, 'x', 'y')
	// @ts-expect-error: missing, of an imported event
	await t.expect('s', hello_traceHello_Event)
	// @ts-expect-error: of another type, of an imported event
	await t.expect('s', hello_traceHello_Event, Symbol('x'))
	// @ts-expect-error: no event
	await t.expect('s', 'traceHi', 'x')
	// The only stream.
	same<Received<[who: string]>, Awaited<ReturnType<typeof expectOnly>>>(true)
	const expectOnly = () => t.expect(traceHi_Event, 'x')
	await t.expect(traceNone_Event)
	// @ts-expect-error: missing
	await t.expect(traceHi_Event)
	// @ts-expect-error: of another type
	await t.expect(traceHi_Event, 5)

	await t.expect('s', traceMany_Event, 1)
	await t.expect('s', traceMany_Event, 1, 'one')
	await t.expect('s', traceNone_Event)
	await t.expect('s', traceEither_Event, 'on', new Date())
	// @ts-expect-error: more arguments than an event that has none
	await t.expect('s', traceNone_Event, undefined)
	// @ts-expect-error: the wrong one is not taken for a type that the event could have
	await t.expect('s', traceEither_Event, 'of', new Date())
	// @ts-expect-error: the second is missing
	await t.expect('s', traceEither_Event, 'on')
}

async function holds(t: T): Promise<void> {
	using held = await t.hold('s', traceHi_Event, 'x')
	same<Held<[who: string]>, typeof held>(true)
	await t.hold('s', hello_traceHello_Event, 'x')
	same<Held<[who: string]>, Awaited<ReturnType<typeof holdOnly>>>(true)
	const holdOnly = () => t.hold(traceHi_Event, 'x')
	// @ts-expect-error: it is not pausable
	await t.hold(traceNone_Event)
	// @ts-expect-error: of another type
	await t.hold('s', traceHi_Event, 1)
	// @ts-expect-error: it is not pausable
	await t.hold('s', traceNone_Event)
}

function snapshots(t: T): void {
	t.snapshot(traceHi_Event, who => who.length)
	t.snapshot(traceMany_Event, (id, name) => same<[number, string | undefined], [typeof id, typeof name]>(true))
	t.snapshot(traceHi_Event, () => ({}))
	// @ts-expect-error: of another type
	t.snapshot(traceHi_Event, (who: number) => who)
	// @ts-expect-error: one more than there are
	t.snapshot(traceHi_Event, (who, more) => [who, more])
}

async function rest(t: T): Promise<void> {
	t.attach(traceHi_Event, hello_traceHello_Event, traceNone_Event)
	// @ts-expect-error: no event
	t.attach(traceHi_Event, 'traceHello')
	t.route((event, ...args) => (args.length > 0 ? event.id : null))
	// @ts-expect-error: a stream is named by a string
	t.route(() => 1)
	const any = await t.recv('s')
	same<typeof any, Awaited<ReturnType<typeof t.recv>>>(true)
	await t.recv()
	same<readonly unknown[], typeof any.args>(true)
	if (any.is(traceMany_Event)) same<[id: number, name?: string], typeof any.args>(true)
	// @ts-expect-error: of which stream?
	await t.select()
	same<Task<number>, ReturnType<typeof three>>(true)
	const three = () => t.go('three', async () => 3)
	const [n, text] = await t.all(
		three(),
		t.go('four', () => 'four'),
		5,
	)
	same<[number, string], [typeof n, typeof text]>(true)
}

void [arguments_, holds, snapshots, rest]

// The bindings.
test('t', ({ t, task }) => same<[T, string], [typeof t, typeof task.name]>(true))
test.for([1])('t', (n, { t }) => same<[number, T], [typeof n, typeof t]>(true))
test.verify('t', ({ t }) => same<T, typeof t>(true))
test.only.verify('t', { delays: 1, timeout: 5 }, ({ t }) => same<T, typeof t>(true))
test.fails.verify('t', () => {})
test.verify('t', { retry: 2, skip: true, delays: 1 }, ({ t }) => same<T, typeof t>(true))
test.verify.for([1, 2])('t', (n, { t }) => same<[1 | 2, T], [typeof n, typeof t]>(true))
test.verify.for([{ a: 1, b: 'x' }])('t', { delays: 1 }, ({ a }, { t }) => same<[1, T], [typeof a, typeof t]>(true))
test.verify.each([
	[1, 'a'],
	[2, 'b'],
])('t', ({ t, task }, n, text) =>
	same<[T, 1 | 2, 'a' | 'b', string], [typeof t, typeof n, typeof text, typeof task.name]>(true),
)
test.only.verify.each(['a'])('t', { timeout: 1 }, ({ t }, text) => same<[T, 'a'], [typeof t, typeof text]>(true))
// @ts-expect-error: no such option
test.verify.for([1])('t', { delay: 1 }, () => {})
// @ts-expect-error: all tests would have this name
createTest({ name: 'one' })
const extended = createTest({ time: 'virtual' }, base.extend({ user: 'gopher' }))
extended('t', ({ t, user }) => same<[T, string], [typeof t, typeof user]>(true))
extended.verify('t', ({ t, user }) => same<[T, string], [typeof t, typeof user]>(true))
// @ts-expect-error: no such fixture
extended.verify('t', ({ nobody }) => nobody)
const more = test.extend({ user: 'gopher', double: 2 })
more('t', ({ t, user, double }) => same<[T, string, number], [typeof t, typeof user, typeof double]>(true))
more.verify.each([1])('t', ({ t, user }, n) => same<[T, string, 1], [typeof t, typeof user, typeof n]>(true))
more.verify('t', { delays: 1 }, ({ t, user }) => same<[T, string], [typeof t, typeof user]>(true))
more
	.extend<{ age: number }>({ age: [15, { auto: true }] })
	.only.verify('t', ({ user, age }) => same<[string, number], [typeof user, typeof age]>(true))
interface Users {
	readonly name: string
	readonly find: (name: string) => number
}
const users = test.extend<Users>({ name: 'gopher', find: ({ name }, use) => use(() => name.length) })
users.verify('t', ({ name, find }) => same<[string, number], [typeof name, ReturnType<typeof find>]>(true))
const named = test
	.extend('port', 80)
	.extend('db', { scope: 'file' }, async () => ({ rows: 3 }))
	.extend('url', async ({ port }) => `http://localhost:${port}`)
	.extend('user', { auto: true }, ({ url }) => url.length)
named.verify('t', ({ t, port, db, url, user }) =>
	same<[T, number, number, string, number], [typeof t, typeof port, typeof db.rows, typeof url, typeof user]>(true),
)
// @ts-expect-error: no such fixture
more.verify('t', ({ nobody }) => nobody)
// @ts-expect-error: of another type
test.extend<Users>({ name: 5, find: ({ name }, use) => use(() => name.length) })
// @ts-expect-error: no such option
test.verify('t', { delay: 1 }, () => {})
// @ts-expect-error: not one of them
createTest({ time: 'unreal' })

void nodeTest('t', ({ t, context }) => same<[T, string], [typeof t, typeof context.name]>(true))
void nodeTest.skip('t', { time: 'virtual', timeout: 5 }, () => {})
void nodeTest.verify('t', { delays: 1, only: true }, async ({ t }) => same<T, typeof t>(true))
// @ts-expect-error: no such option
void nodeTest.verify('t', { delay: 1 }, () => {})
// @ts-expect-error: it is executed once
void nodeTest('t', { delays: 1 }, () => {})

void run(async t => same<T, typeof t>(true), { deadTime: 5 })
void verify(async t => same<T, typeof t>(true), { points: [traceHi_Event, hello_traceHello_Event] })
// @ts-expect-error: a search has bounds, an execution has none
void run(() => {}, { delays: 1 })
