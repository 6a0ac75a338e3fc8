//trace:event traceDeepGen()
export {}
