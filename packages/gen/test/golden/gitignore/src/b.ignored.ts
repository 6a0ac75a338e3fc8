//trace:event traceIgnored()
export {}
