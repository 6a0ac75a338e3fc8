//trace:event traceRead()
export {}
