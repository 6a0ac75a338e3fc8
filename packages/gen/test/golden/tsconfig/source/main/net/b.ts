//trace:event traceB()
export {}
