//trace:event traceSpace()
export {}
