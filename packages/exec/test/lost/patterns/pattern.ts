export interface Pattern {
	/** Begins the tasks. What it refers to is gone when it returns. */
	readonly run: () => void
	/** Names of the tasks that can never end, which is proved. */
	readonly lost: readonly string[]
	/** Names of those that wait too, while something that lives could still resume them: not claimed. */
	readonly stuck?: readonly string[]
}

export type Patterns = Readonly<Record<string, Pattern>>

/** A turn of the event loop. */
export const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A variable of a module: what is in it is never collected. */
export const kept: unknown[] = []
