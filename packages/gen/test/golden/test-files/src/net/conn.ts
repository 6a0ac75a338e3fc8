import { traceRead } from './ztrace.js'

export interface Frame {
	readonly length: number
}
//trace:event traceRead(f: Frame)
export const read = (f: Frame): void => traceRead(f)
