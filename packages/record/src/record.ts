import type { RecordOptions } from './options.js'
import { Recorder } from './recorder.js'

/**
 * Record trace events, until {@link Recorder.stop} or the end of the process. The traced program needs no change, and
 * nothing that goes wrong here reaches it.
 *
 * Files: events older than a second are in the file even if the process is killed; if it ends in any other way, all
 * events are. The files open in https://ui.perfetto.dev.
 *
 * @returns the recorder; `using rec = record(…)` stops it at the end of the block
 * @throws TypeError, RangeError for invalid options; if another recorder of the thread writes the same file; if called
 * under the tracing lock. A file that cannot be written does not throw: see `onError`
 * @example
 * import { record } from '@tsgotrace/record'
 * const rec = record({ events: 'hello:*', to: 'out.perfetto-trace' })
 * rec.stop()
 * console.log(rec.stats.recorded)
 */
export function record(options: RecordOptions): Recorder {
	return new Recorder(options)
}
