import type { TraceEvent } from '@tsgotrace/runtime'
import { context } from '../platform/context.js'
import { type Source, siteOf, sourceOf } from '../world/signal.js'

/**
 * What the plugin makes of `await value`: `await awaiting(value, 'src/counter.ts#3')`. Where a body is explored, the task waits for its turn after
 * `value` has settled, as at a pausable event. Elsewhere it is `value` itself, so that nothing changes.
 *
 * @param place names the `await` among all of the program
 */
export function awaiting<V>(value: V, place: string): V | Promise<Awaited<V>> {
	const here = context.getStore()
	if (here === undefined || here.world.controller === undefined || here.world.closed) return value
	const { world, task } = here
	// Here, because the stack of what runs later does not tell who awaits.
	const site = world.detail ? siteOf({ awaiting }, 'awaiting') : undefined
	return turnAfter(value, () => world.signal(pointOf(place), [], task, site))
}

async function turnAfter<V>(value: V, turn: () => Promise<void> | undefined): Promise<Awaited<V>> {
	try {
		return await value
	} finally {
		await turn()
	}
}

const points = new Map<string, Source>()

/** Stands for an event, which only explorations know: it is not registered. */
function pointOf(place: string): Source {
	let point = points.get(place)
	if (point === undefined) {
		const event: TraceEvent = { id: `${place}:await`, params: [], hash: '', source: place, async: true, probes: null }
		point = sourceOf(event)
		points.set(place, point)
	}
	return point
}
