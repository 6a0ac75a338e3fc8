//trace:event traceMain()
export {}
