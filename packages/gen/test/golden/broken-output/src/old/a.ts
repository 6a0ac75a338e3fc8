import { traceA } from './ztrace.js'

//trace:event traceA(n: number)
export const a = (n: number): void => traceA(n)
