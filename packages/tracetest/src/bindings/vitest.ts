import { relative } from 'node:path'
import { expect, type TestAPI, type TestContext, type TestOptions, test as vitest } from 'vitest'
import { printable } from '../report/serialize.js'
import { verify } from '../verify.js'
import { boundsOf, checkSpelling, isVerifyOption, type VerifyOptions } from '../verify-options.js'
import { type RunOptions, settingsOf } from '../world/options.js'
import { run } from '../world/run.js'
import type { T } from '../world/t.js'
import { literal, quote } from './command.js'
import type { AnyFunction, Tracing, TracingTest, VerifyTestOptions } from './vitest-types.js'

export type { Tracing, TracingTest, VerifyTestOptions } from './vitest-types.js'

/**
 * Make a `test` with its own options.
 *
 * @param base a test of vitest that has fixtures: what `extend` returns
 *
 * @example
 * import { createTest } from '@tsgotrace/tracetest/vitest'
 * import { test as base } from 'vitest'
 * const test = createTest({ time: 'virtual' }, base.extend({ user: 'gopher' }))
 * test.verify('users come', ({ t, user }) => t.go(user, () => {}))
 */
export function createTest<Extra = object>(
	options: Omit<RunOptions, 'name'> = {},
	base?: TestAPI<Extra>,
): TracingTest<Extra & Tracing> {
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
				return (...args: unknown[]) =>
					traced(Reflect.apply(value as AnyFunction, target, args), options, key === 'for' ? 1 : 0)
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
		return failing(
			run(t => body(...args.with(at, withT(context, t))), {
				name: nameOf(context),
				timeout: context.task.timeout,
				...options,
				signal: both(options.signal, context.signal),
			}),
		)
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

/** `test.verify`, with its `for` and `each`. */
function verifying(api: AnyFunction, options: RunOptions): AnyFunction {
	const define = (target: AnyFunction, of: (...rest: unknown[]) => Arranged): AnyFunction => {
		return (name, ...rest) => {
			const body = rest.at(-1) as AnyFunction
			if (rest.length > 1) checkSpelling(rest[0] as object)
			const { search, runner } = split((rest.length > 1 ? rest[0] : {}) as VerifyTestOptions)
			const all: VerifyOptions = { ...options, ...search }
			// Shrinking, and one execution that hangs for the dead time, come on top.
			const timeout = runner.timeout ?? boundsOf(all).ms + settingsOf(all).deadTime + 5000
			const wrapped: AnyFunction = async (...given) => {
				const { context, args } = of(...given)
				const about = { name: nameOf(context), command: commandFor(context) }
				const how = { ...about, ...all, signal: both(all.signal, context.signal) }
				const report = await failing(verify(t => body(...args(withT(context, t))), how))
				// The default reporter prints no annotation of a test that passes.
				for (const warning of report.warnings) console.warn(`tracetest: ${warning}`)
				await context.annotate(report.claim, 'tracetest')
			}
			target(name, { ...runner, timeout }, like(wrapped, body))
		}
	}
	const of = Reflect.get(api, 'for') as (...cases: unknown[]) => AnyFunction
	return Object.assign(
		define(api, context => ({ context: context as TestContext, args: own => [own] })),
		{
			for: (...cases: unknown[]) =>
				define(Reflect.apply(of, api, cases), (item, context) => ({
					context: context as TestContext,
					args: own => [item, own],
				})),
			each: (...cases: unknown[]) => {
				const each = define(Reflect.apply(of, api, cases), (item, context) => ({
					context: context as TestContext,
					args: own => [own, ...(Array.isArray(item) ? item : [item])],
				}))
				return (name: unknown, ...rest: unknown[]) => each(name, ...rest.with(-1, second(rest.at(-1) as AnyFunction)))
			},
		},
	)
}

/** The test ends when either is aborted. */
function both(own: AbortSignal | undefined, ofRunner: AbortSignal): AbortSignal {
	return own === undefined ? ofRunner : AbortSignal.any([own, ofRunner])
}

/** How a body is called. */
interface Arranged {
	readonly context: TestContext
	readonly args: (own: TestContext & Tracing) => readonly unknown[]
}

/**
 * `body`, which for vitest has its context as the second parameter: that is where vitest reads which fixtures are used.
 */
function second(body: AnyFunction): AnyFunction {
	const wrapped: AnyFunction = (...args) => body(...args)
	return Object.defineProperty(wrapped, 'toString', { value: () => String(body).replace('(', '(_case, ') })
}

/** Separates the options of the search from those of vitest, which has its own time-out. */
function split(options: VerifyTestOptions): { readonly search: VerifyOptions; readonly runner: TestOptions } {
	const entries = Object.entries(options)
	const isOurs = (name: string): boolean => isVerifyOption(name) && name !== 'timeout'
	return {
		search: Object.fromEntries(entries.filter(([name]) => isOurs(name))),
		runner: Object.fromEntries(entries.filter(([name]) => !isOurs(name))),
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
	return ['npx', 'vitest', 'run', ...project, relative(process.cwd(), filepath), '-t', `^${literal(nameOf(context))}$`]
		.map(quote)
		.join(' ')
}
