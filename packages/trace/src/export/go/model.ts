// The model of a Go execution trace.
import type { Frame } from '../../format/pprof.js'
import type { Placeholder } from './generation.js'
import type { Bytes } from './wire.js'

/**
 * A stack, innermost frame first. The outermost frame names the goroutine, so all stacks of a goroutine end with the
 * same frame.
 */
export type Stack = readonly Frame[]

/** What runs goroutines: `M` in Go's terms. */
export interface GoThread {
	readonly id: number
	proc: Proc | null
	goroutine: Goroutine | null
	bytes: Bytes
	/** Time of the first event of the batch. */
	base: number
	last: number
}

/** A row of the viewer: `P` in Go's terms. */
export interface Proc {
	readonly id: number
	state: number
	sequence: number
	generation: number
}

export interface Goroutine {
	readonly id: number
	state: number
	sequence: number
	generation: number
	/** Its outermost frame. */
	root: Stack
	/** The stack at which it left its thread. */
	at: Stack
	thread: GoThread | null
	/** The position of its name. */
	readonly named: Placeholder
}
