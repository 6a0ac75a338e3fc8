//trace:event traceGen()
export {}
