//trace:event traceExcluded()
export {}
