/**
 * Checks all sources in a process of its own, without a test runner. Prints how many, and exits with 1 if one fails.
 */
import { allSources, checkDeadlock, checkEvent } from './check.js'

const only = process.argv[2] ?? ''
let failed = 0
let passed = 0
let skipped = 0

for (const source of allSources.filter(({ name }) => name.includes(only))) {
	if (source.without) {
		skipped++
		continue
	}
	for (const check of [checkEvent, checkDeadlock]) {
		try {
			await check(source)
			passed++
		} catch (error) {
			failed++
			console.log(`${source.name}: ${check.name}: ${String(error)}`)
		}
	}
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
