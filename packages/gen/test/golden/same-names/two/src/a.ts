//trace:event traceStarted(n: number)
