// What a Go execution trace is about.
import type { Frame } from '../../format/pprof.js'
import type { Bytes } from './wire.js'

/** A stack, the innermost frame first. The outermost one names the goroutine, so all stacks of a goroutine end in the same. */
export type Stack = readonly Frame[]

/** What runs goroutines: `M` in Go's terms. */
export interface Thread {
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
	thread: Thread | null
	/** Where its name was told. */
	readonly named: Mark
}

/** A place in what has not been handed out yet, which can be replaced: until the generation ends. */
export interface Mark {
	readonly generation: number
	readonly bytes: Bytes
	readonly at: number
}
