//trace:event traceDeep()
export {}
