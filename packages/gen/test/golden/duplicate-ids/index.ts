//trace:event traceTop()
export {}
