import type { KeyFlags } from '../key.js'

/** Options of `diff`. */
export interface DiffFlags extends KeyFlags {
	readonly threshold?: string
	readonly json?: boolean
	readonly md?: boolean
	readonly html?: string
}
