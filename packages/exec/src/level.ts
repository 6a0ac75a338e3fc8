import type { TaskSampling } from './admission/rules.js'

/** The environment variable that holds the level. Child processes inherit it. */
export const levelVariable = 'TSGOTRACE_EXEC'

/**
 * A level: includes the states of tasks if this Node can follow them cheaply. If it cannot, there is no warning,
 * because the user did not request them.
 */
export const autoLevel = 'auto'

/** The environment variable that has the options, as JSON. Child processes inherit it. */
export const optionsVariable = 'TSGOTRACE_EXEC_OPTIONS'

/** What begins tasks in a program that does not begin any itself. */
export const taskSources = ['requests', 'calls', 'main', 'timers', 'messages', 'signals'] as const

export type TaskSource = (typeof taskSources)[number]

/** Options of a recording of the execution, as `startTrace` has them. */
export interface ExecOptions {
	readonly sampleTasks?: TaskSampling
	readonly budget?: number
	/** What begins tasks by itself, of {@link taskSources}. Default: all. */
	readonly tasksOf?: readonly TaskSource[]
}
