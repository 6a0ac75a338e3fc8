//trace:event traceOrdinary()
export {}
