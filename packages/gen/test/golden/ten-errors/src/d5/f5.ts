export {}
//trace:event traceE(e)
