// What recording has cost the threads of the program.
import { execEvent, numberArg } from '../../exec.js'
import type { TraceCost, TraceItem, TraceRecording, TraceSignal } from '../../read/items.js'
import { threadOf } from '../../slices.js'
import { textPid } from '../../text/process.js'
import type { CostReport } from './report.js'

/** What following tasks took of the time in which a thread was busy, in nanoseconds. */
interface Following {
	time: number
	busy: number
}

export class Costs {
	/** By sequence. */
	readonly #recordings = new Map<number, TraceRecording>()
	readonly #costs = new Map<number, TraceCost>()
	/** By process and thread, as in a report. */
	readonly #following = new Map<string, Following>()

	take(item: TraceItem): void {
		if (item.type === 'recording') this.#recordings.set(item.sequence, item)
		else if (item.type === 'cost') this.#costs.set(item.sequence, item)
	}

	/** A report of `@tsgotrace/exec`. @returns whether it is one */
	follow({ id, args, track }: TraceSignal): boolean {
		if (id !== execEvent.followCost) return false
		const key = `${textPid(track.process)}/${threadOf(track).name ?? '?'}`
		let following = this.#following.get(key)
		if (following === undefined) this.#following.set(key, (following = { time: 0, busy: 0 }))
		following.time += (numberArg(args, 'ms') ?? 0) * 1e6
		following.busy += (numberArg(args, 'busy') ?? 0) * 1e6
		return true
	}

	/**
	 * By thread, the highest share first.
	 *
	 * @param wallStart nanoseconds since 1970 at time 0
	 */
	report(wallStart: bigint | null): CostReport[] {
		const reports = new Map<string, CostReport>()
		for (const [sequence, { time, events, timed, encoding, writing }] of this.#costs) {
			const recording = this.#recordings.get(sequence)
			if (recording === undefined) continue
			const process = String(recording.pid)
			const thread = recording.thread === 0 ? 'main' : `worker ${recording.thread}`
			const key = `${process}/${thread}`
			// Several recorders of a thread: each has its own cost.
			const before = reports.get(key)
			const over = elapsed(recording, time, wallStart)
			const spent = encoding + writing
			reports.set(key, {
				process,
				thread,
				events: events + (before?.events ?? 0),
				timed: timed + (before?.timed ?? 0),
				encoding: encoding + (before?.encoding ?? 0),
				writing: writing + (before?.writing ?? 0),
				share: (over > 0 ? spent / over : 0) + (before?.share ?? 0),
				following: this.#following.get(key) ?? null,
			})
		}
		return [...reports.values()].sort((a, b) => b.share - a.share)
	}
}

/** Since the recording began, which may be long before the first event of a ring or of a later file. */
function elapsed(
	{ began, time: header, segment, mode }: TraceRecording,
	time: number,
	wallStart: bigint | null,
): number {
	const isWhole = segment === 0 && mode !== 'ring'
	return isWhole || wallStart === null || began === 0n ? time - header : Number(wallStart - began) + time
}
