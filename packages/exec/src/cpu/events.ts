// What a sample of the processor is reported as.

/** A function on the stack. */
export interface Frame {
	/** `(anonymous)` for one without a name. */
	readonly name: string
	/** Path or URL; empty for what is built in. */
	readonly file: string
	/** Where it is declared, counted from 1; 0 if unknown. */
	readonly line: number
	readonly column: number
}

/**
 * What V8's sampler found this thread doing, each 10 milliseconds unless it is idle: `stack`, the innermost function first. It stands for `ms` milliseconds. `task` and `name` are
 * those of the task that ran, 0 and empty outside of tasks and where the states of tasks are not followed. `state` is `running`, `gc` in a garbage collection, or `native` in code
 * of Node and of the system of which no function is known. It was taken `ago` milliseconds before this event: samples are fetched about once a second.
 */
//trace:event traceCpuSample(ms: number, stack: readonly Frame[], task: number, name: string, state: string, ago: number)
