import { track as field, processField, threadField } from '../format/schema.js'
import type { TraceProcess, TraceTrack } from './items.js'
import type { Wire } from './wire.js'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Lanes come and go without end; those that have not been used for long are dropped, so that memory stays bounded. */
const maxTracks = 50_000

/** The tracks of a trace. The same track always has the same object, which is completed when its descriptor arrives. */
export class Tracks {
	readonly #tracks = new Map<number | bigint, Writable<TraceTrack>>()
	readonly #processes = new Map<number, Writable<TraceProcess>>()
	readonly #instance: number

	/** @param instance the instance of the processes: see {@link TraceProcess.instance} */
	constructor(instance = 0) {
		this.#instance = instance
	}

	get(id: number | bigint): TraceTrack {
		return this.#tracks.get(id) ?? this.#add(id)
	}

	/** Read a track descriptor up to `end`. */
	read(wire: Wire, end: number): void {
		let id: number | bigint = 0
		let name: string | null = null
		let parent: number | bigint | null = null
		let pid: number | null = null
		let tid: number | null = null
		let processName: string | null = null
		let kind: TraceTrack['kind'] = 'lane'
		while (wire.pos < end) {
			const tag = wire.number()
			switch (tag) {
				case field.uuid:
					id = wire.unsigned()
					break
				case field.name:
				case field.staticName:
					name = wire.text()
					break
				case field.parent:
					parent = wire.unsigned()
					break
				case field.process: {
					kind = 'process'
					const inner = wire.limit()
					while (wire.pos < inner) {
						const inside = wire.number()
						if (inside === processField.pid) pid = wire.number()
						else if (inside === processField.name) processName = wire.text()
						else wire.skip(inside)
					}
					break
				}
				case field.thread: {
					kind = 'thread'
					const inner = wire.limit()
					while (wire.pos < inner) {
						const inside = wire.number()
						if (inside === threadField.pid) pid = wire.number()
						else if (inside === threadField.tid) tid = wire.number()
						else if (inside === threadField.name) name = wire.text()
						else wire.skip(inside)
					}
					break
				}
				case field.counter:
					kind = 'counter'
					wire.skip(tag)
					break
				default:
					wire.skip(tag)
			}
		}
		wire.finish(end)
		const track = this.#tracks.get(id) ?? this.#add(id)
		track.kind = kind
		track.parent = parent === null || parent === id ? null : this.get(parent)
		track.process = pid === null ? (track.parent?.process ?? null) : this.#process(pid, processName)
		track.tid = tid ?? track.parent?.tid ?? null
		track.name = name ?? processName
	}

	#process(pid: number, name: string | null): TraceProcess {
		const known = this.#processes.get(pid)
		if (known !== undefined) {
			known.name = name ?? known.name
			return known
		}
		const process = { pid, name, instance: this.#instance }
		this.#processes.set(pid, process)
		return process
	}

	#add(id: number | bigint): Writable<TraceTrack> {
		if (this.#tracks.size >= maxTracks) this.#forget()
		const track: Writable<TraceTrack> = { id, name: null, process: null, tid: null, kind: 'lane', parent: null }
		this.#tracks.set(id, track)
		return track
	}

	/** Drop the older half of the lanes. If one is used again, it gets a new descriptor by then, or has no name. */
	#forget(): void {
		let left = maxTracks / 2
		for (const [id, track] of this.#tracks) {
			if (track.kind === 'process' || track.kind === 'thread') continue
			this.#tracks.delete(id)
			if (--left === 0) break
		}
	}
}
