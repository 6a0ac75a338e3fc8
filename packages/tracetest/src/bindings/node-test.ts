import { relative } from 'node:path'
import { test as nodeTest, type TestContext, type TestOptions } from 'node:test'
import { compileFunction } from 'node:vm'
import { placeOf, stackText } from '../platform/place.js'
import { verify } from '../verify.js'
import { checkSpelling, isVerifyOption, type VerifyOptions } from '../verify-options.js'
import type { RunOptions } from '../world/options.js'
import { run } from '../world/run.js'
import type { T } from '../world/t.js'
import { literal, quote } from './command.js'

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
	/**
	 * A test whose body is executed under one schedule after the other; see {@link verify}. What was explored is a
	 * diagnostic of the test.
	 */
	verify: Define<TestOptions & VerifyOptions>
}

type RunBody = (tracing: { body: Body; context: TestContext; options: VerifyOptions }) => Promise<void>

// Node aborts its signal when the user's is, and when the time is over.
const once: RunBody = ({ body, context, options }) =>
	run(t => body({ t, context }), {
		name: nameOf(context),
		frame: true,
		...options,
		timeout: options.timeout ?? Number.POSITIVE_INFINITY,
		signal: context.signal,
	})

const explored: RunBody = async ({ body, context, options }) => {
	const report = await verify(t => body({ t, context }), {
		name: nameOf(context),
		command: commandFor(context),
		frame: true,
		...options,
		signal: context.signal,
	})
	context.diagnostic(report.claim)
	for (const warning of report.warnings) context.diagnostic(`warning: ${warning}`)
}

/** Test of node:test whose body gets `t`: `test('name', async ({ t }) => …)`, and `test.verify`. */
export const test: TracingTest = Object.assign(define(once, {}), {
	only: define(once, { only: true }),
	skip: define(once, { skip: true }),
	todo: define(once, { todo: true }),
	verify: define(explored, {}),
})

function define(execute: RunBody, preset: TestOptions): Define<TestOptions & VerifyOptions> {
	return (name: string, ...rest: readonly [Body] | readonly [TestOptions & VerifyOptions, Body]) => {
		const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest
		checkSpelling(options)
		return callerOfNode()(nodeTest, name, { ...runnerOptions(options), ...preset }, context =>
			execute({ body, context, options: ownOptions(options) }),
		)
	}
}

type CallNode = (
	node: typeof nodeTest,
	name: string,
	options: TestOptions,
	body: (context: TestContext) => Promise<void>,
) => Promise<void>

/**
 * A function that calls `test` of node:test at the place of the user's call: node:test takes the place of its caller
 * for that of the test, and prints it.
 */
function callerOfNode(): CallNode {
	const call = 'node(name, options, body)'
	const place = placeOf(stackText(new Error()))
	const [code, where] =
		place === undefined
			? [`return ${call}`, {}]
			: [`return (\n${' '.repeat(place.column - 1)}${call})`, { filename: place.file, lineOffset: place.line - 2 }]
	return compileFunction(code, ['node', 'name', 'options', 'body'], where) as CallNode
}

/** The options for node:test: all that are not ours, and those that both have. */
function runnerOptions(options: TestOptions & VerifyOptions): TestOptions {
	const isShared = (name: string): boolean => name === 'signal' || name === 'timeout'
	return Object.fromEntries(
		Object.entries(options).filter(([name, value]) => value !== undefined && (isShared(name) || !isVerifyOption(name))),
	)
}

function ownOptions(options: TestOptions & VerifyOptions): VerifyOptions {
	return Object.fromEntries(Object.entries(options).filter(([name]) => isVerifyOption(name)))
}

/** With the names of the suites, where Node provides them. */
function nameOf(context: TestContext): string {
	const { fullName } = context as { fullName?: string }
	return fullName ?? context.name
}

/**
 * Those that change how a test is loaded. Newer versions of Node hand every option that there is to the processes of
 * tests.
 */
const loading =
	/^(?:--(?:import|require|loader|experimental-loader|conditions|enable-source-maps|experimental-(?:strip|transform)-types)|-[rC])(=|$)/

function commandFor(context: TestContext): string {
	const { filePath = process.argv[1] ?? '' } = context as { filePath?: string }
	const given = process.execArgv
	// The value of an option may be a separate argument.
	const options = given.filter(
		(option, i) => loading.test(option) || (!option.startsWith('-') && loading.exec(given[i - 1] ?? '')?.[1] === ''),
	)
	const pattern = `--test-name-pattern=^${literal(context.name)}$`
	return ['node', ...options, '--test', pattern, relative(process.cwd(), filePath)].map(quote).join(' ')
}
