//trace:event traceOnlyHere()
export {}
