import { basename } from 'node:path'
import { isMainThread, threadId } from 'node:worker_threads'
import { type TrackDescription, uuidOf } from '../engine/tracks.js'

/** Identifies this process and thread in a trace. */
export interface Identity {
	/** A new id for a sequence. Two bytes as a varint: 128 to 16383. */
	readonly sequence: () => number
	readonly process: TrackDescription & { readonly uuid: number }
	readonly thread: TrackDescription & { readonly uuid: number }
	readonly metadataTrack: number
	/** uuids of further tracks, by number. */
	readonly uuid: (...numbers: readonly number[]) => number
}

let recorders = 0
let sequences = 0

export function identity(): Identity {
	const { pid, ppid } = process
	const nth = recorders++
	const processUuid = uuidOf(pid, ppid)
	const threadUuid = uuidOf(pid, ppid, threadId + 1)
	// The main thread has the id of the process; Node does not reveal that of a worker.
	const tid = isMainThread ? pid : (pid * 500 + threadId) % 0x7fff_ffff
	const name = basename(process.argv[1] ?? process.argv0)
	return {
		sequence: () => 128 + ((pid * 31 + threadId * 7 + sequences++) % (16_384 - 128)),
		process: { uuid: processUuid, process: { pid, name } },
		thread: {
			uuid: threadUuid,
			parent: processUuid,
			thread: { pid, tid, name: isMainThread ? 'main' : `worker ${threadId}` },
		},
		metadataTrack: uuidOf(pid, ppid, threadId + 1, nth + 1),
		uuid: (...numbers) => uuidOf(pid, ppid, threadId + 1, nth + 1, ...numbers),
	}
}
