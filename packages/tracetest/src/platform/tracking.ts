import type { HookCallbacks } from 'node:async_hooks'
import { context } from './context.js'

/** Of hooks: newer versions of Node can leave promises out, which is most of the cost. Older ones ignore it. */
export const noPromises: HookCallbacks & { readonly trackPromises: boolean } = { trackPromises: false }

/** What the census learns from async_hooks, as far as other modules need it. */
export const tracking = {
	/** Whether what starts now is ours, and is not counted. */
	off: false,
	/** How often the traced code has called `process.nextTick`, or Node for it. */
	ticks: 0,
}

/** Run `fn`; what it starts is not counted, and has no context. */
export function untracked<R>(fn: () => R): R {
	const before = tracking.off
	tracking.off = true
	try {
		// `exit` would do, but it switches all tracking off and on again in older versions of Node.
		return context.getStore() === undefined ? fn() : context.run(undefined, fn)
	} finally {
		tracking.off = before
	}
}
