import type { TraceEvent } from '@tsgotrace/runtime'
import { matched } from '../platform/awaits.js'
import { type Here, here } from '../world/here.js'
import { type ListenedEvent, siteOf, sourceOf } from '../world/signal.js'

export { matched } from '../platform/awaits.js'

/**
 * What the plugin makes of `await value`: `await awaiting(value, 'src/counter.ts#3')`. Where a body is explored, the
 * task waits for its turn after `value` has settled, as at a pausable event. Elsewhere it is `value` itself, so that
 * nothing changes.
 *
 * @param place names the `await` among all of the program
 */
export function awaiting<V>(value: V, place: string): V | Promise<Awaited<V>> {
	const caller = explored()
	if (caller === undefined) return value
	const { world, task } = caller
	// Here, because the stack of what runs later does not show the code that awaits.
	const site = world.detail ? siteOf({ awaiting }, 'awaiting') : undefined
	world.met.points++
	const turn = world.controller!.awaits(pointOf(place), site, task)
	return turn === undefined ? value : turnAfter(value, turn)
}

/**
 * What the plugin makes of `for await (… of items)`: each step of the loop waits as {@link awaiting} does. Where no
 * body is explored, it is `items` itself.
 */
export function awaitingEach<Items>(items: Items, place: string): Items | AsyncIterable<unknown> | Iterable<unknown> {
	if (explored() === undefined || (typeof items !== 'object' && typeof items !== 'function') || items === null)
		return items
	if (Symbol.asyncIterator in items) return stepwise(items as unknown as AsyncIterable<unknown>, place)
	// Of values that are there already, or promises, the loop itself awaits each.
	return Symbol.iterator in items ? eachOf(items as unknown as Iterable<unknown>, place) : items
}

function stepwise(items: AsyncIterable<unknown>, place: string): AsyncIterable<unknown> {
	return {
		[Symbol.asyncIterator]() {
			const iterator = items[Symbol.asyncIterator]()
			return {
				next: () => awaiting(iterator.next(), place),
				...(iterator.return === undefined ? {} : { return: value => iterator.return!(value) }),
			}
		},
	}
}

function* eachOf(items: Iterable<unknown>, place: string): Iterable<unknown> {
	for (const item of items) yield awaiting(item, place)
}

/** The execution that runs here, if a search decides what goes on in it. */
function explored(): Here | undefined {
	const caller = here()
	return caller?.world.controller === undefined || caller.world.closed ? undefined : caller
}

async function turnAfter<V>(value: V, turn: () => Promise<void> | undefined): Promise<Awaited<V>> {
	try {
		return await value
	} finally {
		await turn()
	}
}

/** Code that is not a module finds both here: it imports nothing. */
Reflect.set(globalThis, Symbol.for('tsgotrace.tracetest.await/1'), { awaiting, awaitingEach, matched })

const points = new Map<string, ListenedEvent>()

/** Takes the place of an event, in explorations only: it is not registered. */
function pointOf(place: string): ListenedEvent {
	let point = points.get(place)
	if (point === undefined) {
		const event: TraceEvent = { id: `${place}:await`, params: [], hash: '', source: place, async: true, probes: null }
		point = sourceOf(event)
		points.set(place, point)
	}
	return point
}
