//trace:event traceC()
export {}
