//trace:event traceOdd()
export {}
