//trace:event traceKept()
export {}
