import { type Recorder, type RecordOptions, record } from '@tsgotrace/record'

/** Record to memory. */
export function collect(options: Omit<RecordOptions, 'to'> = {}): { rec: Recorder; bytes: () => Uint8Array } {
	const chunks: Uint8Array[] = []
	const rec = record({ ...options, to: chunk => chunks.push(chunk) })
	return {
		rec,
		bytes: () => {
			rec.stop()
			return Buffer.concat(chunks)
		},
	}
}
