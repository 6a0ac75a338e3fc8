import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongFirst } from './scripts/long-first.js'

// The packages' sources are tested, without a build; the other conditions are vite's own for Node, but for `module`:
// Node does not know it, and what packages keep under it is for bundlers and cannot be loaded by Node.
const conditions = ['@tsgotrace/source', 'node', 'development|production']

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		include: ['{packages/*,cmd,examples/*}/test/**/*.test.ts', 'test/**/*.test.ts'],
		exclude: [...configDefaults.exclude, '**/*.matrix.test.ts', '**/golden/**', '**/fixtures/**'],
		provide: { thorough: false },
		// Tests start programs, and the machine may be busy: a limit is there for what hangs.
		testTimeout: 60_000,
		hookTimeout: 120_000,
		expect: { poll: { timeout: 50_000 } },
		// Most of the time goes to programs that tests start and wait for: with one worker more than cores, two cores did
		// nothing for a fifth of the time.
		maxWorkers: availableParallelism() + 2,
		sequence: { sequencer: LongFirst },
		reporters: ['default', './scripts/count-reporter.ts'],
	},
})
