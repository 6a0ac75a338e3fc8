import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'

interface Counts {
	passed: number
	failed: number
	skipped: number
}

/**
 * Ends each run with the line `N passed, N failed`. What fails outside a test (a file that does not load, an unhandled
 * error) counts as one failed test, so that a run that failed never reads as passed.
 *
 * For CI it leaves the counts, and what failed and why, in the file that TSGOTRACE_COUNTS names: its log is long, and
 * of a log people see the end.
 */
export default class CountReporter implements Reporter {
	#vitest: Vitest | undefined

	onInit(vitest: Vitest): void {
		this.#vitest = vitest
	}

	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Failed[]): void {
		const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 }
		const failures = unhandled.map(error => failureText('outside of all tests', [error]))
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				const { state, errors = [] } = test.result()
				counts[state === 'pending' ? 'skipped' : state]++
				if (state === 'failed') failures.push(failureText(nameOf(test), errors))
			}
			for (const part of [module, ...module.children.allSuites()]) {
				const errors = part.errors()
				counts.failed += errors.length
				if (errors.length > 0) failures.push(failureText(nameOf(part), errors))
			}
		}
		const file = process.env.TSGOTRACE_COUNTS
		if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...counts, failures })}\n`)
		// After the summary of vitest's own reporter, which is called at the same time as this one.
		this.#vitest?.onClose(() => {
			console.log(summary(counts))
		})
	}
}

interface Failed {
	readonly message: string
	readonly stack?: string | undefined
	readonly diff?: string | undefined
}

function nameOf(part: TestCase | TestSuite | TestModule): string {
	const path = relative(process.cwd(), part.type === 'module' ? part.moduleId : part.module.moduleId)
	return part.type === 'module' ? path : `${path} > ${part.fullName}`
}

/** Maximum length of the text of one error. */
const maxText = 4000

function failureText(name: string, errors: readonly Failed[]): string {
	const texts = errors.map(({ message, stack = message, diff }) =>
		[stack.includes(message) ? stack : `${message}\n${stack}`, diff].join('\n'),
	)
	return [`FAILED ${name}`, ...texts.map(text => text.trim().slice(0, maxText))].join('\n')
}

function summary({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
