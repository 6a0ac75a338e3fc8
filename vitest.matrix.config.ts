import { defineConfig } from 'vitest/config'
import config from './vitest.config.js'

export default defineConfig({
	...config,
	test: {
		...config.test,
		include: ['**/*.matrix.test.ts'],
		exclude: ['**/node_modules/**', '**/dist/**', '**/golden/**', '**/fixtures/**'],
		testTimeout: 120_000,
	},
})
