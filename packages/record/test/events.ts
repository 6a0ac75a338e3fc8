// Events without the generator: a stub that signals as a generated one does.

import type { TraceEvent } from '@tsgotrace/runtime'
import { event, threw } from '@tsgotrace/runtime/gen1'

export type Stub = ((...args: readonly unknown[]) => void) & { readonly event: TraceEvent }

/** Register an event, such as `declare('hello:traceHello', 'who: string')`. */
export function declare(id: string, ...params: string[]): Stub {
	const descriptor = event<TraceEvent>({
		[id]: 1,
		probes: null,
		id,
		params,
		hash: 'h',
		source: `src/${id.replace(':', '/')}.ts:1`,
		async: false,
	})
	const stub = (...args: readonly unknown[]): void => {
		const { probes } = descriptor
		if (probes === null) return
		for (const probe of probes)
			try {
				probe.fn(...args)
			} catch (error) {
				threw(probe, error)
			}
	}
	return Object.assign(stub, { event: descriptor })
}
