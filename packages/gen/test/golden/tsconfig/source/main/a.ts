//trace:event traceA()
export {}
