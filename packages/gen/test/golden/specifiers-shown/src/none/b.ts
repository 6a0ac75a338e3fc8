import data from './data.json' with { type: 'json' }
import { traceB } from './ztrace'

//trace:event traceB(b: B, c: import('./c').C, d: typeof data)
export interface B {
	readonly b: true
}
export const b = (it: B): void => traceB(it, { c: true }, data)
