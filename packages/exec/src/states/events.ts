// The events that report the states of tasks: who runs when, what each task waited for, and who woke it.

/**
 * What a task waited for: the network, files, a timer, a lookup of a host name, Node's thread pool (crypto, zlib), a
 * child process, a message of a worker or port, another task (`sync`), or only its turn (`immediate`: `setImmediate`,
 * `nextTick`, an await of a settled promise). `unknown`: Node does not report it.
 */
export type WaitReason = 'net' | 'fs' | 'timer' | 'dns' | 'pool' | 'child' | 'worker' | 'sync' | 'immediate' | 'unknown'

/**
 * A task ran on this thread for `ms` milliseconds without a break. It stopped `ago` milliseconds before this event: Node does not report the end of a
 * callback's microtasks, so a run is reported when the next begins, and the time in which the event loop slept is not part of it.
 * `name` is the name of the task. A task that has ended may run again: this is not part of its wall time.
 */
//trace:event traceRunDone(ms: number, task: number, name: string, ago: number)

/**
 * A task runs again, or has ended, after `ms` milliseconds in which it did not run. It waited for `reason`; in the last `runnable` milliseconds, at
 * most, it could have run, but the thread was busy. `runnable` is part of `ms`.
 */
//trace:event traceWaitDone(ms: number, task: number, reason: WaitReason, runnable: number)

/**
 * The wait of `task` that is reported next was ended by the task `by`, which settled what it waited for. A wait without this event was ended by
 * the event loop; by an unknown task, if its reason is `sync`; by the task itself, if its reason is `immediate`.
 */
//trace:event traceWake(task: number, by: number)

/**
 * Where the wait of `task` that is reported next began: `file:line:column` of the `await`, or of the call whose callback the task waited for. A
 * sample: it represents `weight` waits.
 */
//trace:event traceWaitSite(task: number, site: string, weight: number)
