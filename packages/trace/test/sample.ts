import { type Fields, monotonic, TraceMaker } from './traces.js'

export const names: Record<string, [number, string][]> = {
	event_categories: [[1, 'shop/db']],
	event_names: [
		[1, 'traceRow'],
		[2, 'query'],
		[3, 'open'],
		[4, 'handle'],
		[5, 'parse'],
	],
	debug_annotation_names: [
		[64, 'sql'],
		[65, 'n'],
	],
}
export const lane = (id: number): Fields => ({
	sequence_flags: 2,
	track_descriptor: { uuid: id, name: 'query', parent_uuid: 420 },
})
const sql = { debug_annotations: [{ name_iid: 64, string_value: 'select "x", 1' }] }

/**
 * Slices that overlap, on lanes; slices within each other, on the thread; events in them and outside; a counter, a
 * loss, and a slice that does not end.
 */
export function sample(): TraceMaker {
	const trace = new TraceMaker()
		.header()
		.declare('shop/db:traceQueryBegin', 'begin', 'query')
		.declare('shop/db:traceQueryEnd', 'end', 'query')
		.declare('shop/db:traceHandleBegin', 'begin', 'handle')
		.declare('shop/db:traceHandleEnd', 'end', 'handle')
		.declare('shop/db:traceParseBegin', 'begin', 'parse')
		.declare('shop/db:traceParseEnd', 'end', 'parse')
		.declare('shop/db:traceOpenCount', 'counter', 'open')
		.declare('shop/db:traceRow', 'instant', 'traceRow')
		.state()
		.intern(names)
		.add(lane(900))
		.add(lane(901))
		.add({ sequence_flags: 2, track_descriptor: { uuid: 902, name: 'open', parent_uuid: 420, counter: {} } })
	return trace
		.event(1, 1, 2, 1000, { track_uuid: 900, ...sql }) // 1000
		.event(1, 1, 2, 500, { track_uuid: 901 }) // 1500
		.event(3, 1, 1, 100, { debug_annotations: [{ name_iid: 65, int_value: 3 }] }) // 1600
		.event(1, 1, 4, 400) // 2000 handle
		.event(1, 1, 5, 100) // 2100 parse
		.event(3, 1, 1, 50, { debug_annotations: [{ name_iid: 65, double_value: 0.5 }] }) // 2150
		.event(2, 1, 5, 200) // 2350
		.event(2, 1, 2, 150, { track_uuid: 900 }) // 2500
		.event(2, 1, 4, 500) // 3000
		.event(4, 1, 3, 0, { track_uuid: 902, counter_value: 7 }) // 3000
		.event(2, 1, 2, 1000, { track_uuid: 901 }) // 4000
		.meta(
			'loss',
			[
				{ name: 'events', uint_value: 5 },
				{ name: 'reason', string_value: 'queue' },
			],
			monotonic + 4100n,
		)
		.event(1, 1, 2, 500, { track_uuid: 900 }) // 4500, never ends
		.statistics('shop/db:traceRow', [20, 2, 18, 0], monotonic + 5000n)
}
