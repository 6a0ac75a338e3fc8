// How complete a trace is.
import type { TraceItem, TraceRecording, TraceStatistics } from '../../read/items.js'
import { lossText } from '../../text/text.js'
import type { QualityReport } from './report.js'

/** The part of a reader that reports its progress. */
export interface ReadStatus {
	readonly problems?: readonly { readonly error: { readonly problem: string; readonly offset: number } }[]
	readonly alignedByDate?: boolean
	readonly progress?: { readonly damaged: number; readonly skipped: number }
}

export class Quality {
	events = 0
	bytes = 0
	first: number = Number.POSITIVE_INFINITY
	last: number = Number.NEGATIVE_INFINITY
	unmatched = 0
	unfinished = 0
	stillOpen = 0
	readonly node: Set<string> = new Set()
	readonly ends: Map<string, number> = new Map()
	readonly #statistics = new Map<string, TraceStatistics>()
	readonly #losses = new Map<string, { events: number; known: boolean }>()
	readonly #recordings = new Map<number, TraceRecording>()
	readonly #stopped = new Set<number>()
	#latest = Number.NEGATIVE_INFINITY
	#disorder = 0

	/**
	 * An event.
	 *
	 * @param isInOrder whether it was reported when it happened
	 */
	happened(time: number, bytes: number, isInOrder: boolean): void {
		this.events++
		this.bytes += bytes
		if (time < this.first) this.first = time
		if (time > this.last) this.last = time
		if (!isInOrder) return
		if (time < this.#latest) this.#disorder++
		else this.#latest = time
	}

	/** Statistics of the recorder. */
	take(item: TraceItem): void {
		if (item.type === 'statistics') this.#statistics.set(`${item.sequence} ${item.id}`, item)
		else if (item.type === 'loss') {
			const reason = item.reason.replace(/ at byte.*/, '')
			const loss = this.#losses.get(reason) ?? { events: 0, known: true }
			if (this.#losses.size < 100) this.#losses.set(reason, loss)
			loss.events += item.events ?? 0
			loss.known &&= item.events !== null
		} else if (item.type === 'recording') {
			this.node.add(item.node)
			this.#recordings.set(item.sequence, item)
			this.#stopped.delete(item.sequence)
		} else if (item.type === 'stop') {
			this.ends.set(item.reason, (this.ends.get(item.reason) ?? 0) + 1)
			this.#stopped.add(item.sequence)
		}
	}

	/** Emitted events that are missing: dropped ones, and those left out by sampling. */
	get missing(): { readonly dropped: number; readonly sampledOut: number; readonly sampled: readonly string[] } {
		let dropped = 0
		let sampledOut = 0
		const sampled = new Set<string>()
		for (const { id, dropped: d, sampledOut: s } of this.#statistics.values()) {
			dropped += d
			sampledOut += s
			if (s > 0) sampled.add(id)
		}
		return { dropped, sampledOut, sampled: [...sampled] }
	}

	get losses(): readonly { readonly reason: string; readonly events: number | null }[] {
		return [...this.#losses].map(([reason, { events, known }]) => ({ reason, events: known ? events : null }))
	}

	report({ problems = [], alignedByDate = false, progress = { damaged: 0, skipped: 0 } }: ReadStatus): QualityReport[] {
		const rows: QualityReport[] = []
		const row = (what: string, count: number | null, effect: string): void => {
			if (count !== 0) rows.push({ what, count, effect })
		}
		const { dropped, sampledOut, sampled } = this.missing
		for (const { reason, events } of this.losses)
			row(
				lossText(events, reason).replaceAll('-', '').trim(),
				events,
				'counts are too low; slices whose begin or end is lost are missing',
			)
		if (this.losses.length === 0)
			row(
				'events dropped by the recorder',
				dropped,
				'counts are too low; slices whose begin or end is lost are missing',
			)
		row(
			`events sampled out (${sampled.slice(0, 3).join(', ')}${sampled.length > 3 ? ', …' : ''})`,
			sampledOut,
			'counts and rates are of what was recorded; quantiles are estimates',
		)
		for (const { error } of problems)
			row(
				`the trace is ${error.problem} at byte ${error.offset}`,
				1,
				'what follows is missing: what was open then seems to be open still',
			)
		row(
			'recordings without an end',
			[...this.#recordings.keys()].filter(sequence => !this.#stopped.has(sequence)).length,
			'the process was killed, a worker terminated, or the file cut: what it had not written is missing',
		)
		row('damaged packets', progress.damaged, 'the events in them are missing')
		row('packets that refer to what was lost', progress.skipped, 'the events in them are missing')
		row('slices that had not ended', this.stillOpen, 'not in counts and quantiles, which are of ended ones')
		row('slices without an end', this.unfinished, 'not in counts and quantiles')
		row('ends without a begin', this.unmatched, 'began before the recording, or their begin is lost: not in any number')
		row('events before the one before', this.#disorder, 'numbers of what is open at once may be wrong by these')
		if (alignedByDate)
			row(
				'files of several machines, or of before and after a restart',
				null,
				'put together by the time of day: order between them is good to milliseconds at best',
			)
		return rows
	}
}
