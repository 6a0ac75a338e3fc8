import { afterEach, beforeEach, type TestContext } from 'vitest'
import { type TestTraceOptions, TestTraces, type TracedTest } from './traces.js'

export type { TestTraceOptions } from './traces.js'

/**
 * Keep a trace of each test of vitest that fails, named after it: call it in a file of `setupFiles`, or in a file of
 * tests. Passing tests leave nothing.
 *
 * @throws TypeError, RangeError for invalid options
 * @example
 * // vitest.setup.ts, with setupFiles: ['vitest.setup.ts'] in the configuration
 * import { traceTests } from '@tsgotrace/exec/vitest'
 * traceTests({ trace: 'on-failure', dir: 'traces' })
 */
export function traceTests(options: TestTraceOptions = {}): void {
	const traces = new TestTraces(options)
	const running = new WeakMap<object, TracedTest>()
	beforeEach(({ task }: TestContext) => {
		const names: string[] = [task.name]
		for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name)
		running.set(task, traces.begin(task.file.name, names.filter(Boolean).join(' > '), task.id))
	})
	afterEach(async ({ task }: TestContext) => {
		const { result } = task
		await running.get(task)?.end(result?.state === 'fail' ? (result.errors?.[0] ?? 'failed') : undefined)
	})
}
