import { appendFileSync } from 'node:fs'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Ends each run with the line `N passed, N failed`. What fails outside a test (a file that does not load, an unhandled
 * error) counts as one failed test, so that a run that failed never reads as passed.
 */
export default class CountReporter implements Reporter {
	#vitest: Vitest | undefined

	onInit(vitest: Vitest): void {
		this.#vitest = vitest
	}

	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
		const counts = { passed: 0, failed: unhandled.length, skipped: 0 }
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				const { state } = test.result()
				counts[state === 'pending' ? 'skipped' : state]++
			}
			counts.failed += module.errors().length
			for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
		}
		const file = process.env.TSGOTRACE_COUNTS
		if (file !== undefined) appendFileSync(file, `${JSON.stringify(counts)}\n`)
		// After the summary of vitest's own reporter, which is called at the same time as this one.
		this.#vitest?.onClose(() => {
			console.log(summary(counts))
		})
	}
}

function summary(counts: { passed: number; failed: number; skipped: number }): string {
	const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
	return `${counts.passed} passed, ${counts.failed} failed${skipped}`
}
