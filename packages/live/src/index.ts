export { LiveError } from './client/errors.js'
export type { InjectedCode } from './client/inject.js'
export { type NodeProcess, nodeProcesses } from './client/processes.js'
export {
	dumpProcess,
	endingText,
	type LiveRecordOptions,
	recordProcess,
	type ThreadRecording,
} from './client/record.js'
export { setTasks, type TaskChanges, type ThreadSettings, tasksOf } from './client/set.js'
export { LiveProcess, type LiveThread, type OpenOptions } from './client/target.js'
export { defaultTopEvents, type TopLine, type TopOptions, topProcess } from './client/top.js'
export {
	type About,
	defaultLimits,
	type EndReason,
	type RecordingEnd,
	type RecordingStart,
	type RecordRequest,
	type RequestLimits,
} from './protocol/messages.js'
export type { LiveProblem } from './protocol/problem.js'
