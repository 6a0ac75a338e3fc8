import { relative } from 'node:path'
import { expect, type TestAPI, type TestContext, type TestOptions, test as vitest } from 'vitest'
import { printable } from '../report/serialize.js'
import { verify } from '../verify.js'
import { boundsOf, type VerifyOptions } from '../verify-options.js'
import { type RunOptions, settingsOf } from '../world/options.js'
import { run } from '../world/run.js'
import type { T } from '../world/t.js'
import { literal, quote } from './command.js'

/** What the body of a test gets, besides what vitest gives. */
export interface Tracing {
	readonly t: T
}

type VerifyBody<Extra> = (context: TestContext & Extra) => unknown

interface Verifying<Extra> {
	/**
	 * A test whose body is executed under one schedule after the other; see {@link verify}. What was explored is an annotation of the test, which the
	 * verbose reporter prints.
	 */
	readonly verify: {
		(name: string, body: VerifyBody<Extra>): void
		(name: string, options: VerifyOptions & Pick<TestOptions, 'timeout'>, body: VerifyBody<Extra>): void
	}
}

type FixtureOptions<Scope> = { readonly auto?: boolean; readonly injected?: boolean } & Scope
type Scope = 'test' | 'file' | 'worker'

/** Fixtures are made before the body runs, and have no `t`. */
type FixtureContext<Extra> = Omit<Extra, keyof Tracing> & TestContext

/** How a fixture is made: as a value, or by a function that hands it to `use`. */
type Fixture<All, Name extends keyof All, Extra> =
	| ((context: Omit<All, Name> & FixtureContext<Extra>, use: (value: All[Name]) => Promise<void>) => Promise<void>)
	| (All[Name] extends AnyFunction ? never : All[Name])

type Fixtures<All, Extra> = {
	[Name in keyof All]: Fixture<All, Name, Extra> | [Fixture<All, Name, Extra>, FixtureOptions<{ readonly scope?: Scope }>?]
}

/** As vitest calls one that is given by its name. */
type Make<Value, Context> = (
	context: Context,
	fixture: { readonly onCleanup: (cleanup: () => unknown) => void },
) => Value | PromiseLike<Value>
type Plain<Value> = Value extends AnyFunction ? never : Value
type With<Extra, Name extends string, Value> = TracingTest<Extra & { [Key in Name]: Awaited<Value> }>

/**
 * Vitest's `extend`, whose result is one of ours. Vitest's own signatures come after these: of fixtures that have a `scope` and use others, which are then
 * given to {@link createTest}.
 */
interface Extending<Extra> {
	readonly extend: {
		<Name extends string, Value>(name: Name, make: Make<Value, FixtureContext<Extra>>): With<Extra, Name, Value>
		<Name extends string, Value>(
			name: Name,
			options: FixtureOptions<{ readonly scope?: 'test' }>,
			make: Make<Value, FixtureContext<Extra>>,
		): With<Extra, Name, Value>
		<Name extends string, Value>(
			name: Name,
			options: FixtureOptions<{ readonly scope: Scope }>,
			make: Make<Value, object>,
		): With<Extra, Name, Value>
		<Name extends string, Value>(
			name: Name,
			options: FixtureOptions<{ readonly scope?: Scope }>,
			value: Plain<Value>,
		): With<Extra, Name, Value>
		<Name extends string, Value>(name: Name, value: Plain<Value>): With<Extra, Name, Value>
		<All extends object>(fixtures: Fixtures<All, Extra>): TracingTest<Omit<Extra, keyof All> & All>
	}
}

/** Vitest's `test`, with all that it has, whose body also gets `t`. `test.only.verify` and the like exist too. */
export type TracingTest<Extra = Tracing> = Extending<Extra> &
	TestAPI<Extra> &
	Verifying<Extra> & { readonly [Modifier in 'only' | 'skip' | 'fails' | 'concurrent' | 'sequential']: Verifying<Extra> }

/**
 * Make a `test` with options of its own.
 *
 * @param base a test of vitest that has fixtures: what `extend` returns
 *
 * @example
 * import { createTest } from '@tsgotrace/tracetest/vitest'
 * import { test as base } from 'vitest'
 * const test = createTest({ time: 'virtual' }, base.extend({ user: 'gopher' }))
 * test.verify('users come', ({ t, user }) => t.go(user, () => {}))
 */
export function createTest<Extra = object>(options: RunOptions = {}, base?: TestAPI<Extra>): TracingTest<Extra & Tracing> {
	return traced(base ?? vitest, { equal, diff: false, ...options }) as TracingTest<Extra & Tracing>
}

/** Vitest's `test`, whose body also gets `t`: `test('name', async ({ t }) => …)`, and `test.verify`. */
export const test: TracingTest = createTest()

/** As vitest's `toStrictEqual` says: matchers such as `expect.any(Number)` may be part of what is expected. */
function equal(have: readonly unknown[], want: readonly unknown[]): boolean {
	try {
		expect(have).toStrictEqual(want)
		return true
	} catch {
		return false
	}
}

type AnyFunction = (...args: unknown[]) => unknown

/** Those that return a function which takes name and body later. */
const curried = new Set<PropertyKey>(['for', 'skipIf', 'runIf', 'extend', 'override', 'scoped'])

/** `api`, and all that it leads to (`test.only`, `test.for(…)`, `test.extend(…)`), with bodies that get `t`. */
function traced(api: unknown, options: RunOptions, at: number = 0): unknown {
	return new Proxy(api as AnyFunction, {
		apply: (target, self, args: unknown[]) =>
			Reflect.apply(
				target,
				self,
				args.map((arg, i) => (i > 0 && typeof arg === 'function' ? wrap(arg as AnyFunction, at, options) : arg)),
			),
		get: (target, key) => {
			if (key === 'verify') return verifying(target, options)
			const value: unknown = Reflect.get(target, key)
			if (curried.has(key))
				return (...args: unknown[]) => traced(Reflect.apply(value as AnyFunction, target, args), options, key === 'for' ? 1 : 0)
			// `each` passes no context, and hooks run outside of tests.
			if (typeof value !== 'function' || !isTest(key)) return value
			return traced(value, options, at)
		},
	})
}

function isTest(key: PropertyKey): boolean {
	return ['only', 'skip', 'todo', 'fails', 'concurrent', 'sequential'].includes(String(key))
}

function wrap(body: AnyFunction, at: number, options: RunOptions): AnyFunction {
	const wrapped: AnyFunction = (...args) => {
		const context = args[at] as TestContext
		return failing(run(t => body(...args.with(at, withT(context, t))), { name: nameOf(context), signal: context.signal, ...options }))
	}
	return like(wrapped, body)
}

async function failing<R>(outcome: Promise<R>): Promise<R> {
	try {
		return await outcome
	} catch (error) {
		throw printable(error)
	}
}

/** Vitest reads the text of a body to find out which fixtures it uses. */
function like(wrapped: AnyFunction, body: AnyFunction): AnyFunction {
	return Object.defineProperty(wrapped, 'toString', { value: () => String(body) })
}

function verifying(api: AnyFunction, options: RunOptions): AnyFunction {
	return (name, ...rest) => {
		const body = rest.at(-1) as AnyFunction
		const { timeout, ...own } = (rest.length > 1 ? rest[0] : {}) as VerifyOptions & { timeout?: number }
		const all: VerifyOptions = { ...options, ...own }
		// Shrinking, and one execution that hangs for the dead time, come on top.
		const limit = timeout ?? boundsOf(all).ms + settingsOf(all).deadTime + 5000
		const wrapped: AnyFunction = async context => {
			const here = context as TestContext
			const report = await failing(
				verify(t => body(withT(here, t)), { name: nameOf(here), command: commandFor(here), signal: here.signal, ...all }),
			)
			await here.annotate(report.claim, 'tracetest')
		}
		api(name, { timeout: limit }, like(wrapped, body))
	}
}

function withT(context: TestContext, t: T): TestContext & Tracing {
	return Object.create(context, { t: { value: t, enumerable: true } }) as TestContext & Tracing
}

/** The names of the suites and of the test, as vitest's `-t` sees them. */
function nameOf({ task }: TestContext): string {
	const names = [task.name]
	for (let suite = task.suite; suite !== undefined && suite !== null; suite = suite.suite) names.unshift(suite.name)
	return names.filter(name => name !== '').join(' ')
}

function commandFor(context: TestContext): string {
	const { filepath, projectName } = context.task.file
	const project = projectName === undefined || projectName === '' ? [] : ['--project', projectName]
	return ['npx', 'vitest', 'run', ...project, relative(process.cwd(), filepath), '-t', `^${literal(nameOf(context))}$`].map(quote).join(' ')
}
