//trace:event traceShown(ms: string)
