//trace:event traceTypes()
export {}
