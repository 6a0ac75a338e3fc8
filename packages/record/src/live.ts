// For @tsgotrace/live, which looks into a process from outside. Not for users; it changes with the recorder.
export { checkNames } from './engine/checknames.js'
export { now } from './engine/clock.js'
export { defaultSlices, roleOf } from './events/roles.js'
export type { Role } from './events/site.js'
export { type RunningRecorder, runningRecorders } from './process/running.js'
