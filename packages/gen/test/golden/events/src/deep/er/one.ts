import { traceDeep } from './ztrace.js'

//trace:event traceDeep(n: number)
export const deep = (n: number): void => traceDeep(n)
