import { relative } from 'node:path'
import { test as node, type TestContext, type TestOptions } from 'node:test'
import { literal, quote } from './command.js'
import type { RunOptions } from './options.js'
import { run } from './run.js'
import type { T } from './t.js'
import { verify } from './verify.js'
import type { VerifyOptions } from './verify-options.js'

/** What the body of a test gets. */
export interface Tracing {
	readonly t: T
	/** What node:test gives: `context.after`, `context.mock`, `context.diagnostic`. */
	readonly context: TestContext
}

type Body = (tracing: Tracing) => unknown

interface Define<Options> {
	(name: string, body: Body): Promise<void>
	(name: string, options: Options, body: Body): Promise<void>
}

/** Test of node:test whose body gets `t`. */
export interface TracingTest extends Define<TestOptions & RunOptions> {
	only: Define<TestOptions & RunOptions>
	skip: Define<TestOptions & RunOptions>
	todo: Define<TestOptions & RunOptions>
	/** A test whose body is executed under one schedule after the other; see {@link verify}. What was explored is a diagnostic of the test. */
	verify: Define<TestOptions & VerifyOptions>
}

type Run = (tracing: { body: Body; context: TestContext; options: VerifyOptions }) => Promise<void>

const once: Run = ({ body, context, options }) => run(t => body({ t, context }), { name: nameOf(context), frame: true, ...options })

const explored: Run = async ({ body, context, options }) => {
	const report = await verify(t => body({ t, context }), { name: nameOf(context), command: commandFor(context), frame: true, ...options })
	context.diagnostic(report.claim)
}

/** Test of node:test whose body gets `t`: `test('name', async ({ t }) => …)`, and `test.verify`. */
export const test: TracingTest = Object.assign(define(once, {}), {
	only: define(once, { only: true }),
	skip: define(once, { skip: true }),
	todo: define(once, { todo: true }),
	verify: define(explored, {}),
})

function define(execute: Run, preset: TestOptions): Define<TestOptions & VerifyOptions> {
	return (name: string, ...rest: readonly [Body] | readonly [TestOptions & VerifyOptions, Body]) => {
		const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest
		return node(name, { ...only(options), ...preset }, context => execute({ body, context, options }))
	}
}

/** The options that node:test knows. */
function only({ concurrency, only: alone, signal, skip, timeout, todo }: TestOptions): TestOptions {
	return Object.fromEntries(
		Object.entries({ concurrency, only: alone, signal, skip, timeout, todo }).filter(([, value]) => value !== undefined),
	)
}

/** With the names of the suites, where Node tells them. */
function nameOf(context: TestContext): string {
	const { fullName } = context as { fullName?: string }
	return fullName ?? context.name
}

function commandFor(context: TestContext): string {
	const file = relative(process.cwd(), process.argv[1] ?? '')
	return `node --test --test-name-pattern=${quote(`^${literal(context.name)}$`)} ${quote(file)}`
}
