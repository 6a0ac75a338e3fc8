// The exports of reading on every platform.
export { type Globs, matcher } from '../format/match.js'
export { TraceReadError, type TraceReadProblem } from './error.js'
export type {
	TraceCost,
	TraceCount,
	TraceDeclaration,
	TraceFrame,
	TraceItem,
	TraceLoss,
	TraceProcess,
	TraceRecording,
	TraceSample,
	TraceSignal,
	TraceStatistics,
	TraceStop,
	TraceTrack,
} from './items.js'
export { type ReadOptions, type TraceProblem, type TraceProgress, TraceReader } from './reader.js'
export type { TraceInput } from './source.js'
export { CutString, type TraceArgs, type TraceValue, Unrecorded, type UnrecordedKind } from './values.js'
