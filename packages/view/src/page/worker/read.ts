// Reads a trace file in the page: one that was dropped onto it, or chosen.
import { readTrace, TraceReadError } from '@tsgotrace/trace/read'
import { collect, defaultMaxIntervals } from '../../collect/index.js'
import type { Header } from '../../data/header.js'
import { Store } from './store.js'

/** A file that cannot be shown; the message says why, and what to do. */
export class FileError extends Error {}

/** How often progress is reported. */
const every = 100

/** Read files, such as the segments of a recording. @throws FileError */
export async function readFiles(
	files: readonly Blob[],
	title: string,
	onProgress: (bytes: number, size: number) => void,
): Promise<{ readonly header: Header; readonly store: Store }> {
	const inputs: Uint8Array[] = []
	const problems: string[] = []
	for (const file of files) {
		const { bytes, problem } = await bytesOf(file)
		inputs.push(bytes)
		if (problem !== null) problems.push(problem)
	}
	const trace = readTrace(inputs)
	const encoder = new TextEncoder()
	let last = 0
	try {
		const { header, collected } = await collect(trace, {
			title,
			maxIntervals: defaultMaxIntervals,
			pack: text => encoder.encode(text),
			onProgress() {
				if (Date.now() - last < every) return
				last = Date.now()
				onProgress(trace.progress.bytes, trace.progress.size ?? 0)
			},
		})
		const [problem] = trace.problems
		if (trace.progress.packets === 0) throw nothing(problem?.error)
		const all = { ...header, problems: [...problems, ...header.problems] }
		return { header: all, store: new Store(all, collected) }
	} catch (error) {
		if (error instanceof TraceReadError) throw nothing(error)
		throw error
	}
}

function nothing(error: TraceReadError | undefined): FileError {
	if (error === undefined) return new FileError('The file is empty: nothing was recorded in it.')
	return new FileError(`${error.message}${error.hint === undefined ? '' : `. ${error.hint}`}`)
}

/** The content of a file, unpacked as far as possible. */
async function bytesOf(file: Blob): Promise<{ readonly bytes: Uint8Array; readonly problem: string | null }> {
	const start = new Uint8Array(await file.slice(0, 2).arrayBuffer())
	if (start[0] !== 0x1f || start[1] !== 0x8b) return { bytes: new Uint8Array(await file.arrayBuffer()), problem: null }
	const chunks: BlobPart[] = []
	const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader()
	let problem: string | null = null
	try {
		for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value)
	} catch {
		problem = 'the compressed data is damaged, cut, or followed by something else: what came before is shown'
	}
	if (problem !== null && chunks.length === 0)
		throw new FileError('The file is compressed with gzip, and nothing of it can be unpacked.')
	return { bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()), problem }
}
