//trace:event traceY()
export {}
