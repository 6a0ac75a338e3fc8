// Separate from the package's main entry, which loads no recorder.
export { type TraceHandler, type TraceHandlerOptions, traceHandler } from './handler.js'
export type { TraceOptions, TraceRing } from './options.js'
export { type TraceServerOptions, traceServer } from './server.js'
export { startTrace, type Trace } from './trace.js'
