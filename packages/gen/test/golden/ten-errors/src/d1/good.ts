//trace:event traceGood()
export {}
