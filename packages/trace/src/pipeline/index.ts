// Pipelines: steps between a reader and an exporter or analyser.
export { enrich, transform } from './change.js'
export { filter, type Keep } from './filter.js'
export { inOrder, inPairs, type Rule, tap, type Violation, validate } from './look.js'
export { type Source, type Step, type TraceEvent, through } from './step.js'
