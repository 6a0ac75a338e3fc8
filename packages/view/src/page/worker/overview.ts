import type { Layer } from '../protocol.js'
import { addCover } from './cover.js'
import type { Store } from './store.js'

/** How much is open over the whole trace, for each pixel: tasks by state where those are known, otherwise slices. */
export function overview(store: Store, width: number): Layer[] {
	const { start, end, depth, name, lanes } = store.columns
	const { begin, end: last, rows } = store.header
	const per = Math.max(1, last - begin) / width
	const hasStates = rows.some(({ states }) => states)
	const layers = new Map<number, Float64Array>()
	for (const [row, { lanes: count, states, kind }] of rows.entries()) {
		if (hasStates ? !states : kind === 'counter') continue
		const first = store.firstLane[row]!
		for (let i = lanes[first]!; i < lanes[first + count]!; i++) {
			if (depth[i] !== (hasStates ? 1 : 0) || end[i]! <= start[i]!) continue
			const key = hasStates ? name[i]! : -1
			let sums = layers.get(key)
			if (sums === undefined) layers.set(key, (sums = new Float64Array(width + 2)))
			const [from, to] = [Math.max(0, (start[i]! - begin) / per), Math.min(width, (end[i]! - begin) / per)]
			if (to > from) addCover(sums, from, to, width)
		}
	}
	for (const sums of layers.values()) {
		let level = 0
		for (let x = 0; x < width; x++) sums[x] = level += sums[x]!
	}
	return [...layers].map(([of, values]) => ({ name: of, values: values.slice(0, width) }))
}
