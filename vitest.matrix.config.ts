import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import config from './vitest.config.js'

/** All tests below a folder. What tests install or make while others run, in `node_modules`, may vanish while it is read. */
function testsIn(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter(entry => entry.name !== 'node_modules')
		.flatMap(entry => {
			const path = join(folder, entry.name)
			return entry.isDirectory() ? testsIn(path) : path.endsWith('.test.ts') ? [path] : []
		})
}

/** Files of `npm test` whose properties run more often here. */
const properties = ['packages', 'cmd', 'test']
	.flatMap(testsIn)
	.filter(path => /from '.*\/thorough\.js'/.test(readFileSync(path, 'utf8')))

export default defineConfig({
	...config,
	test: {
		...config.test,
		include: ['**/*.matrix.test.ts', ...properties],
		exclude: ['**/node_modules/**', '**/dist/**', '**/golden/**', '**/fixtures/**'],
		provide: { thorough: true },
		// What runs here keeps a core busy by itself: with more, programs that tests start wait for each other.
		maxWorkers: availableParallelism() + 1,
		testTimeout: 300_000,
		hookTimeout: 300_000,
	},
})
