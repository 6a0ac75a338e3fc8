import { configDefaults, defineConfig } from 'vitest/config'

// The packages' sources are tested, without a build; the other conditions are vite's own for Node, but for `module`: Node does not know it,
// and what packages keep under it is for bundlers and cannot be loaded by Node.
const conditions = ['@tsgotrace/source', 'node', 'development|production']

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		include: ['{packages/*,cmd,examples/*}/test/**/*.test.ts', 'test/**/*.test.ts'],
		exclude: [...configDefaults.exclude, '**/*.matrix.test.ts', '**/golden/**', '**/fixtures/**'],
		reporters: ['default', './scripts/count-reporter.ts'],
	},
})
