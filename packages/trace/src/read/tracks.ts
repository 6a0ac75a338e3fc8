import type { TraceProcess, TraceTrack } from './items.js'
import type { Wire } from './wire.js'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Lanes come and go for ever; those that nobody has used for long are forgotten, so that memory stays bounded. */
const most = 50_000

/** The tracks of a trace. Objects are the same for the same track and are completed when its descriptor comes. */
export class Tracks {
	readonly #tracks = new Map<number | bigint, Writable<TraceTrack>>()
	readonly #processes = new Map<number, Writable<TraceProcess>>()
	readonly #instance: number

	/** @param instance of the processes: see {@link TraceProcess.instance} */
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
				case 0x08:
					id = wire.unsigned()
					break
				case 0x12: // name
				case 0x52: // static_name
					name = wire.text()
					break
				case 0x28: // parent_uuid
					parent = wire.unsigned()
					break
				case 0x1a: {
					kind = 'process'
					const inner = wire.limit()
					while (wire.pos < inner) {
						const field = wire.number()
						if (field === 0x08) pid = wire.number()
						else if (field === 0x32) processName = wire.text()
						else wire.skip(field)
					}
					break
				}
				case 0x22: {
					kind = 'thread'
					const inner = wire.limit()
					while (wire.pos < inner) {
						const field = wire.number()
						if (field === 0x08) pid = wire.number()
						else if (field === 0x10) tid = wire.number()
						else if (field === 0x2a) name = wire.text()
						else wire.skip(field)
					}
					break
				}
				case 0x42: // counter
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
		if (this.#tracks.size >= most) this.#forget()
		const track: Writable<TraceTrack> = { id, name: null, process: null, tid: null, kind: 'lane', parent: null }
		this.#tracks.set(id, track)
		return track
	}

	/** Forget the older half of the lanes. One that is used again has a new descriptor by then, or no name. */
	#forget(): void {
		let left = most / 2
		for (const [id, track] of this.#tracks) {
			if (track.kind === 'process' || track.kind === 'thread') continue
			this.#tracks.delete(id)
			if (--left === 0) break
		}
	}
}
