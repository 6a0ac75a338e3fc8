// Apart from the package's main entry, which loads no recorder.
export { type TraceHandler, type TraceHandlerOptions, traceHandler } from './http/handler.js'
export { type TraceServerOptions, traceServer } from './http/server.js'
export type { TraceOptions, TraceRing } from './options.js'
export { startTrace, type Trace } from './trace.js'
