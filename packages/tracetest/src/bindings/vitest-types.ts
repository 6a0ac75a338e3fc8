import type { TestAPI, TestContext, TestOptions } from 'vitest'
import type { VerifyOptions } from '../verify-options.js'
import type { T } from '../world/t.js'

export type AnyFunction = (...args: unknown[]) => unknown

/** What the body of a test gets, besides what vitest gives. */
export interface Tracing {
	readonly t: T
}

/** Options of `test.verify`: those of the search, and those of vitest. */
export type VerifyTestOptions = VerifyOptions & TestOptions

type Define<Rest extends readonly unknown[]> = {
	(name: string, body: (...rest: Rest) => unknown): void
	(name: string, options: VerifyTestOptions, body: (...rest: Rest) => unknown): void
}

interface Verifying<Extra> {
	/**
	 * A test whose body is executed under one schedule after the other; see `verify`. What was explored is an annotation
	 * of the test, which the verbose reporter prints.
	 */
	readonly verify: Define<[context: TestContext & Extra]> & {
		/** One test for each of `cases`: the body gets the case, and then what bodies get. As `test.for` of vitest. */
		readonly for: <const Case>(cases: readonly Case[]) => Define<[item: Case, context: TestContext & Extra]>
		/**
		 * One test for each of `cases`: the body gets what bodies get, and then the case; the items of an array one by one.
		 * As `test.each` of vitest.
		 */
		readonly each: {
			<const Case extends readonly unknown[]>(
				cases: readonly Case[],
			): Define<[context: TestContext & Extra, ...item: Case]>
			<const Case>(cases: readonly Case[]): Define<[context: TestContext & Extra, item: Case]>
		}
	}
}

type FixtureOptions<Scope> = { readonly auto?: boolean; readonly injected?: boolean } & Scope
type FixtureScope = 'test' | 'file' | 'worker'

/** Fixtures are made before the body runs, and have no `t`. */
type FixtureContext<Extra> = Omit<Extra, keyof Tracing> & TestContext

/** How a fixture is made: as a value, or by a function that hands it to `use`. */
type Fixture<All, Name extends keyof All, Extra> =
	| ((context: Omit<All, Name> & FixtureContext<Extra>, use: (value: All[Name]) => Promise<void>) => Promise<void>)
	| (All[Name] extends AnyFunction ? never : All[Name])

type Fixtures<All, Extra> = {
	[Name in keyof All]:
		| Fixture<All, Name, Extra>
		| [Fixture<All, Name, Extra>, FixtureOptions<{ readonly scope?: FixtureScope }>?]
}

/** As vitest calls one that is given by its name. */
type Make<Value, Context> = (
	context: Context,
	fixture: { readonly onCleanup: (cleanup: () => unknown) => void },
) => Value | PromiseLike<Value>
type Plain<Value> = Value extends AnyFunction ? never : Value
type With<Extra, Name extends string, Value> = TracingTest<Extra & { [Key in Name]: Awaited<Value> }>

/**
 * Vitest's `extend`, whose result is one of ours. Vitest's own signatures come after these: of fixtures that have a
 * `scope` and use others, which are then given to {@link createTest}.
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
			options: FixtureOptions<{ readonly scope: FixtureScope }>,
			make: Make<Value, object>,
		): With<Extra, Name, Value>
		<Name extends string, Value>(
			name: Name,
			options: FixtureOptions<{ readonly scope?: FixtureScope }>,
			value: Plain<Value>,
		): With<Extra, Name, Value>
		<Name extends string, Value>(name: Name, value: Plain<Value>): With<Extra, Name, Value>
		<All extends object>(fixtures: Fixtures<All, Extra>): TracingTest<Omit<Extra, keyof All> & All>
	}
}

/**
 * Vitest's `test` with all its members, whose body also gets `t`. Combinations such as `test.only.verify` exist too.
 */
export type TracingTest<Extra = Tracing> = Extending<Extra> &
	TestAPI<Extra> &
	Verifying<Extra> & {
		readonly [Modifier in 'only' | 'skip' | 'fails' | 'concurrent' | 'sequential']: Verifying<Extra>
	}
