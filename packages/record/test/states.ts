// A second encoder, of another kind than that of events: states of tasks, each a slice on a track of its task. What an
// execution tracer writes.

import {
	attempt,
	describeTrack,
	type EncoderFactory,
	type EncoderTools,
	monotonicOf,
	newTrack,
	now,
	type Put,
	type SequenceSource,
	selfContained,
	type Track,
	Writer,
} from '@tsgotrace/record/encoders'
import { annotation, event, sliceBegin, sliceEnd } from '../../trace/src/format/schema.js'

const categoryName = 'states'
/** More than a change of a state takes: its end, its begin, and what they define. */
const eventSize = 1024

const nothing = new Writer(0)

interface Task {
	readonly track: Track
	state: string
	/** How many states it had. */
	nth: number
}

/** What a reader has to know of a task: its track, and the state that it is in. */
type OpenState = Pick<Task, 'track' | 'state' | 'nth'>

export class States implements SequenceSource<readonly OpenState[]> {
	readonly sequence: EncoderTools['sequence']
	/** The state that makes it throw. */
	mistake = ''
	readonly #tools: EncoderTools
	readonly #index: number
	readonly #tasks = new Map<string, Task>()
	readonly #out = new Writer(4096)
	#atCut: readonly OpenState[] = []

	constructor(tools: EncoderTools) {
		this.#tools = tools
		this.sequence = tools.sequence
		this.#index = tools.memory.index()
		tools.ledger.add(tools.sequence.id, 'states:change', this.#index)
	}

	/** A task changes its state. */
	change(name: string, state: string): void {
		const { memory, room, ledger } = this.#tools
		if (memory.hot.at >= memory.hot.limit) room.full()
		attempt(room, ledger, this.#index, () => {
			if (state === this.mistake) throw new TypeError(`no such state: ${state}`)
			this.sequence.need(eventSize)
			const task = this.#task(name)
			const { sequence } = this
			const category = sequence.names.category(categoryName)
			const label = sequence.names.event(state)
			const nth = sequence.names.annotation('nth')
			const before = sequence.names.event(task.state)
			sequence.define([category, label, nth, before])
			sequence.describe(task.track)
			let bytes = 0
			if (task.state !== '') bytes += sequence.trackEvent(sliceEnd, category.iid, before.iid, task.track, nothing)
			const out = this.#out
			out.at = 0
			const start = out.begin(event.annotations)
			out.fieldVarint(annotation.nameIid, nth.iid)
			out.fieldVarint(annotation.uint, task.nth + 1)
			out.end(start)
			bytes += sequence.trackEvent(sliceBegin, category.iid, label.iid, task.track, out)
			task.state = state
			task.nth++
			ledger.wrote(this.#index, bytes)
		})
		if (memory.hot.limit === 0) room.full()
	}

	open(): readonly OpenState[] {
		return [...this.#tasks.values()]
			.filter(({ state }) => state !== '')
			.map(({ track, state, nth }) => ({ track, state, nth }))
	}

	begin(open: readonly OpenState[], at: number, put: Put): void {
		for (const { track, state, nth } of open) {
			this.#put(put, out => describeTrack(out, { uuid: track.uuid, parent: this.sequence.track, name: track.name }))
			this.#put(put, out => selfContained(out, at, sliceBegin, track.uuid, categoryName, state, { again: nth }))
		}
	}

	end(put: Put): void {
		this.#close(this.open(), put)
	}

	cut(): () => void {
		const before = this.#atCut
		this.#atCut = this.open()
		return () => {
			this.#atCut = before
		}
	}

	lost(begun: boolean, put: Put): void {
		if (begun) this.#close(this.#atCut, put)
		this.begin(this.open(), monotonicOf(now()), put)
	}

	#close(open: readonly OpenState[], put: Put): void {
		for (const { track, state } of open)
			this.#put(put, out => selfContained(out, monotonicOf(now()), sliceEnd, track.uuid, categoryName, state, {}))
	}

	#put(put: Put, write: (out: Writer) => void): void {
		this.#out.at = 0
		write(this.#out)
		put(this.#out.written())
	}

	#task(name: string): Task {
		let task = this.#tasks.get(name)
		if (task === undefined) {
			const { uuid } = this.#tools
			this.#tasks.set(name, (task = { track: newTrack(uuid(this.#tasks.size + 1), name, false), state: '', nth: 0 }))
		}
		return task
	}
}

/** @returns a factory for the recorder, and what it has made */
export function states(): { readonly make: EncoderFactory; readonly made: () => States } {
	let made: States
	return {
		make: tools => (made = new States(tools)),
		made: () => made,
	}
}
