//trace:event traceD()
export {}
