import { traceServed } from './ztrace.js'

//trace:event traceServed(path: string)
export const serve = (path: string): void => traceServed(path)
