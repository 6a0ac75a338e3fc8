//trace:event traceAll()
export {}
