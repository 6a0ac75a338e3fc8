import './auto/index.js'

export { type AutoOptions, configureTasks } from './auto/options.js'
export { parseTraceParent, type TraceParent } from './propagation/traceparent.js'
export { log } from './tasks/log.js'
export { region } from './tasks/region.js'
export { spawn, type TaskOptions, task } from './tasks/run.js'
export { currentTask } from './tasks/scope.js'
export { liveTasks, type Task, type TaskEnd, type TaskKind } from './tasks/task.js'
