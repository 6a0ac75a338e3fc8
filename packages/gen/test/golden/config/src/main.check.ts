//trace:event traceCheck()
export {}
