//trace:event traceOut()
export {}
