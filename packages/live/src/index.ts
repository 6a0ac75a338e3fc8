export { LiveError } from './client/errors.js'
export { type NodeProcess, nodeProcesses } from './client/processes.js'
export { dumpProcess, endingText, type LiveRecordOptions, recordProcess, type ThreadRecording } from './client/record.js'
export { LiveProcess, type LiveThread } from './client/target.js'
export { defaultTopEvents, type TopLine, type TopOptions, topProcess } from './client/top.js'
export {
	type About,
	defaultLimits,
	type Ending,
	type Limits,
	type Recorded,
	type Recording,
	type RecordRequest,
} from './protocol/messages.js'
