import { currentTask } from './scope.js'
import { traceLog } from './ztrace.js'

/** A message of a task, under a key. `task` is 0 outside of tasks. */
//trace:event traceLog(key: string, text: string, task: number)

/**
 * Note something in the trace, at this moment of the current task.
 *
 * @param key what it is, such as `sql`: viewers filter by it
 * @example
 * import { log } from '@tsgotrace/exec'
 * log('sql', 'select 1')
 */
export function log(key: string, text: string): void {
	const task = currentTask()
	if (task?.sampled !== false) traceLog(key, text, task?.id ?? 0)
}
