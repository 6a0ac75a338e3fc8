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
	'cmd/test/live.test.ts',
	'packages/tracetest/test/races.test.ts',
	'cmd/test/record.test.ts',
	'packages/live/test/attach.test.ts',
	'cmd/test/tree.test.ts',
	'packages/trace/test/export.test.ts',
	'cmd/test/recordformat.test.ts',
	'packages/record/test/ring.test.ts',
	'packages/tracetest/test/quiescence-verify.test.ts',
	'packages/exec/test/programs.test.ts',
	'packages/tree/test/hung.test.ts',
	'packages/record/test/disk.test.ts',
	'packages/record/test/rotation.test.ts',
	'packages/tree/test/attach.test.ts',
	'packages/tracetest/test/go123.test.ts',
	'packages/exec/test/http.test.ts',
	'packages/gen/test/unchanged.test.ts',
	'packages/trace/test/live.test.ts',
	'packages/record/test/means.test.ts',
	'packages/tracetest/test/hang.test.ts',
	'test/across/errors.test.ts',
	'packages/gen/test/golden.test.ts',
	'cmd/test/profile.test.ts',
	'packages/tracetest/test/quiescence.test.ts',
	'packages/gen/test/watch.test.ts',
	'packages/record/test/values.test.ts',
	'test/cost/shape.test.ts',
	'packages/live/test/control.test.ts',
	'packages/record/test/samples.test.ts',
	'cmd/test/watching.test.ts',
	'test/docs/facts.test.ts',
	'packages/runtime/test/leak.test.ts',
	'packages/exec/test/sampling.test.ts',
	'cmd/test/gen.test.ts',
	'packages/record/test/record.test.ts',
	'packages/record/test/sequences.test.ts',
	'cmd/test/query.test.ts',
	'packages/tracetest/test/watch.test.ts',
	'packages/tracetest/test/asynchrony.test.ts',
	'cmd/test/key.test.ts',
	'packages/exec/test/thread.test.ts',
	// The matrix.
	'test/across/builds.matrix.test.ts',
	'cmd/test/unchanged.matrix.test.ts',
	'cmd/test/big.matrix.test.ts',
	'packages/exec/test/programs.matrix.test.ts',
	'test/nodes/nodes.matrix.test.ts',
	'test/compile/compile.matrix.test.ts',
	'packages/record/test/kill.matrix.test.ts',
	'packages/tracetest/test/asynchrony.matrix.test.ts',
	'packages/tracetest/test/oracle.matrix.test.ts',
	'packages/tree/test/attach.matrix.test.ts',
	'packages/tracetest/test/go123.matrix.test.ts',
	'packages/tracetest/test/quiescence.matrix.test.ts',
	'packages/tracetest/test/claims.matrix.test.ts',
	'packages/view/test/keyboard.matrix.test.ts',
	'packages/record/test/flight.matrix.test.ts',
	'packages/exec/test/load/load.matrix.test.ts',
	'test/real/real.matrix.test.ts',
	'test/fuzz/finder.matrix.test.ts',
	'test/e2e/e2e.matrix.test.ts',
	'packages/live/test/attach.matrix.test.ts',
	'packages/tracetest/test/races.matrix.test.ts',
	'test/e2e/tarballs.matrix.test.ts',
	'test/examples/examples.matrix.test.ts',
	'test/docs/docs.matrix.test.ts',
	'test/accepted/accepted.matrix.test.ts',
	'packages/exec/test/states/states.matrix.test.ts',
	'packages/tree/test/hung.matrix.test.ts',
	'packages/tracetest/test/go123-bindings.matrix.test.ts',
	'packages/tracetest/test/handover.matrix.test.ts',
	'packages/tree/test/oracle.matrix.test.ts',
	'packages/tracetest/test/memory.matrix.test.ts',
	'packages/record/test/everyslice.matrix.test.ts',
	'packages/tracetest/test/plain-order.matrix.test.ts',
	'packages/gen/test/growth.matrix.test.ts',
	'packages/exec/test/confusion/confusion.matrix.test.ts',
	'test/real/seen.matrix.test.ts',
	'test/bundles/bundles.matrix.test.ts',
	'packages/tracetest/test/watch.matrix.test.ts',
	'packages/tree/test/big.matrix.test.ts',
	'test/real/signatures.matrix.test.ts',
	'packages/view/test/browser.matrix.test.ts',
	'test/across/stale.matrix.test.ts',
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
