import { traceA } from './ztrace.js'
//trace:event traceA()
traceA()
