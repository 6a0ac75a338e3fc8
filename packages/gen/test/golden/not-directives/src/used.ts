import { traceReal } from './ztrace.js'
const a = `//trace:event traceN()` /*
*/ // and after it: the next line is real
//trace:event traceReal(a: string)
traceReal(a)
