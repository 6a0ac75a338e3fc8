import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * What takes longest, the longest first: a long file that comes last keeps one core busy while the others are idle.
 * Vitest knows durations only where it has run before, and takes the size of a file for it elsewhere; but most of the
 * time goes to programs that tests start.
 */
const long = [
	'cmd/test/record.test.ts',
	'packages/tracetest/test/races.test.ts',
	'cmd/test/tree.test.ts',
	'packages/tree/test/own.test.ts',
	'cmd/test/query.test.ts',
	'cmd/test/trace.test.ts',
	'packages/gen/test/golden.test.ts',
	'cmd/test/profile.test.ts',
	'packages/record/test/rotation.test.ts',
	'packages/tracetest/test/quiescence-verify.test.ts',
	'packages/record/test/sequences.test.ts',
	'packages/tracetest/test/watch.test.ts',
	'packages/gen/test/watch.test.ts',
	'packages/exec/test/programs.test.ts',
	'packages/record/test/values.test.ts',
	'packages/tracetest/test/quiescence.test.ts',
	'packages/tracetest/test/contexts.test.ts',
	'packages/tracetest/test/undisturbed.test.ts',
	'packages/tracetest/test/bounds-model.test.ts',
	// The matrix.
	'cmd/test/unchanged.matrix.test.ts',
	'test/nodes/nodes.matrix.test.ts',
	'cmd/test/big.matrix.test.ts',
	'test/across/builds.matrix.test.ts',
	'test/compile/compile.matrix.test.ts',
	'packages/tracetest/test/asynchrony.matrix.test.ts',
	'packages/tracetest/test/claims.matrix.test.ts',
	'test/docs/docs.matrix.test.ts',
	'test/across/core.matrix.test.ts',
	'packages/tracetest/test/go123-bindings.matrix.test.ts',
	'test/bundles/bundles.matrix.test.ts',
	'test/across/stale.matrix.test.ts',
	'test/e2e/tarballs.matrix.test.ts',
	'test/examples/examples.matrix.test.ts',
	'packages/exec/test/confusion/confusion.matrix.test.ts',
	'packages/record/test/memory.matrix.test.ts',
	'packages/record/test/exits.matrix.test.ts',
	'test/real/seen.matrix.test.ts',
	'test/across/workspace.matrix.test.ts',
	'test/across/fallback.matrix.test.ts',
	'packages/tracetest/test/go123-types.matrix.test.ts',
	'cmd/test/record.matrix.test.ts',
	'cmd/test/loaded.matrix.test.ts',
	'packages/tracetest/test/quiescence.matrix.test.ts',
	'packages/tracetest/test/go123.matrix.test.ts',
	'test/real/real.matrix.test.ts',
	'test/fuzz/finder.matrix.test.ts',
	'packages/record/test/kill.matrix.test.ts',
	'test/e2e/e2e.matrix.test.ts',
	'packages/tracetest/test/races.matrix.test.ts',
	'packages/tracetest/test/watch.matrix.test.ts',
].map(path => fileURLToPath(new URL(`../${path}`, import.meta.url)))

/** Runs long files first. */
export class LongFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		for (const path of long)
			if (!existsSync(path)) throw new Error(`${path} is no more: take it out of scripts/long-first.ts`)
		const rank = ({ moduleId }: TestSpecification): number => {
			const at = long.indexOf(moduleId)
			return at < 0 ? long.length : at
		}
		return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
	}
}
