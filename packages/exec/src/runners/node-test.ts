import { afterEach, beforeEach } from 'node:test'
import { type TestTraceOptions, TestTraces, type TracedTest } from './traces.js'

export type { TestTraceOptions } from './traces.js'

/** The context that node:test passes to hooks. The types do not have all of it. */
interface NodeTestContext {
	readonly name: string
	readonly fullName?: string
	readonly filePath?: string
	readonly passed?: boolean
	readonly error?: { readonly cause?: unknown } | null
}

/**
 * Keep a trace of each test of node:test that fails, named after it: call it at the start of a file of tests, or in a
 * file that `--import` loads. Passing tests leave nothing.
 *
 * @throws TypeError, RangeError for invalid options
 * @example
 * import { traceTests } from '@tsgotrace/exec/node-test'
 * traceTests({ trace: 'on-failure', dir: 'traces' })
 */
export function traceTests(options: TestTraceOptions = {}): void {
	const traces = new TestTraces(options)
	const running: { readonly name: string; readonly test: TracedTest }[] = []
	let tests = 0
	const nameOf = ({ fullName, name }: NodeTestContext): string => fullName ?? name
	beforeEach(context => {
		const of = context as unknown as NodeTestContext
		running.push({
			name: nameOf(of),
			test: traces.begin(of.filePath ?? process.argv[1] ?? 'test', nameOf(of), String(tests++)),
		})
	})
	afterEach(async context => {
		const of = context as unknown as NodeTestContext
		// The hook gets a different object for the same test.
		const at = running.findIndex(({ name }) => name === nameOf(of))
		if (at < 0) return
		const [{ test }] = running.splice(at, 1) as [(typeof running)[number]]
		await test.end(of.passed === false ? (of.error?.cause ?? of.error ?? 'failed') : undefined)
	})
}
