import type { TaskSampling } from '../admission/rules.js'

/** What a client changes; what is absent stays. */
export interface RemoteChanges {
	readonly sampleTasks?: TaskSampling
	/** Null: none. */
	readonly budget?: number | null
	/** Whether states will be followed while the budget is kept. Default: whether they are now. */
	readonly states?: boolean
}

export interface RemoteSettings {
	/** In words. */
	readonly sampleTasks: string
	readonly budget: number | null
}

/** The tasks that have begun and not ended. */
export interface RemoteTasks {
	readonly isFollowing: boolean
	readonly hasStates: boolean
	readonly tasks: readonly RemoteTask[]
}

export interface RemoteTask {
	readonly id: number
	readonly name: string
	readonly kind: string
	/** 0 if there is none. */
	readonly parent: number
	readonly ms: number
	/** Null where states are not followed. */
	readonly waitingMs: number | null
	/** `file:line:column` at which it waits, and at which it began. */
	readonly site: string | null
	readonly begun: string | null
}

/** What all copies of the package share for the control socket. Only fields are ever added to it. */
export interface Remote {
	/** @returns a function that undoes the changes; throws TypeError or RangeError for those that are wrong */
	readonly set: (changes: RemoteChanges) => () => void
	readonly settings: () => RemoteSettings
	readonly tasks: () => RemoteTasks
	/** Why the states of tasks cannot be followed in this Node; null if they can. */
	readonly whyNoStates: () => string | null
}
