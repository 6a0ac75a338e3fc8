import { execEvent, isPast, numberArg } from '../../exec.js'
import type { TraceItem, TraceTrack } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import { textPid } from '../../text/process.js'
import { Durations } from '../facts/durations.js'
import { addStates, type ItemGroup, noTotals, type StateTotals } from '../facts/groups.js'
import type { OpenItem } from '../facts/open.js'
import { nameOfThread } from '../report/build.js'
import type { WindowThread } from './report.js'

/** What ended in a window, of one group. */
export interface EndedTotals {
	readonly durations: Durations
	failed: number
	states: StateTotals | null
}

interface ThreadTotals {
	busy: Durations | null
	delay: number | null
	gc: number | null
}

/** What is known of the window that is being filled. */
export class Collected {
	events = 0
	lost = 0
	late = 0
	readonly groups: Map<ItemGroup, EndedTotals> = new Map()
	readonly #threads = new Map<TraceTrack, ThreadTotals>()

	item(item: TraceItem): void {
		if (item.type === 'loss') this.lost += item.events ?? 0
		if (!('track' in item)) return
		if (item.type === 'counter') {
			this.events++
			if (item.id === execEvent.loopBusy) (this.#thread(item.track).busy ??= new Durations()).add(Number(item.value))
			else if (item.id === execEvent.loopDelayCount) {
				const thread = this.#thread(item.track)
				thread.delay = Math.max(thread.delay ?? 0, Number(item.value) * 1e6)
			}
			return
		}
		// The begin of a slice that is reported when it has ended is not an event of its own, nor is one that is repeated
		// in the next segment.
		if (item.type !== 'begin' || item.began === null) this.events++
		if (item.type === 'sample' || item.type === 'begin' || item.id !== execEvent.gc || !isPast(item)) return
		const thread = this.#thread(item.track)
		thread.gc = (thread.gc ?? 0) + Math.max(0, numberArg(item.args, 'ms') ?? 0) * 1e6
	}

	ended({ group, slice }: OpenItem, end: number, failed: boolean): void {
		const it = this.#of(group)
		it.durations.add(end - slice.start)
		if (failed) it.failed++
	}

	/** What a task did is known some time after its end. */
	completed({ group, states, slice, end }: OpenItem): void {
		if (states !== null && end !== null) addStates((this.#of(group).states ??= noTotals()), states, end - slice.start)
	}

	threads(): WindowThread[] {
		return [...this.#threads].map(([track, { busy, delay, gc }]) => ({
			process: textPid(track.process),
			thread: nameOfThread(track),
			busy: busy === null ? null : busy.total / busy.count,
			delay,
			gc,
		}))
	}

	#of(group: ItemGroup): EndedTotals {
		let it = this.groups.get(group)
		if (it === undefined) this.groups.set(group, (it = { durations: new Durations(), failed: 0, states: null }))
		return it
	}

	#thread(track: TraceTrack): ThreadTotals {
		const home = threadOf(track)
		let it = this.#threads.get(home)
		if (it === undefined) this.#threads.set(home, (it = { busy: null, delay: null, gc: null }))
		return it
	}
}
