import type { Readable } from 'node:stream'
import { traceLogged } from './ztrace.js'

export type Level = 'info' | 'warn'
export interface Line {
	readonly text: string
}
// This package does not export its trace types: an importer repeats the signature, with the public types.
//trace:event traceLogged(level: Level, line: Line, from?: Readable, at?: Date)
export const log = (text: string, from?: Readable): void => traceLogged('info', { text }, ...(from ? [from] : []))
