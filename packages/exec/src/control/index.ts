// Apart from the package's main entry, which loads no recorder.
export type { TraceOptions, TraceRing } from './options.js'
export { startTrace, type Trace } from './trace.js'
