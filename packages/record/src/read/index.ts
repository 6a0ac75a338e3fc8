export { TraceReadError, type TraceReadProblem } from './error.js'
export type {
	TraceCount,
	TraceDeclaration,
	TraceEnd,
	TraceItem,
	TraceLoss,
	TraceProcess,
	TraceRecording,
	TraceSignal,
	TraceStatistics,
	TraceTrack,
} from './items.js'
export { readTrace, type TraceProgress, TraceReader } from './reader.js'
export type { TraceInput } from './source.js'
export { CutString, type TraceArgs, type TraceValue, Unrecorded, type UnrecordedKind } from './values.js'
