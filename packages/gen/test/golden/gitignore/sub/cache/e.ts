//trace:event traceUnignored()
export {}
