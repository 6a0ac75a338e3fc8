//trace:event traceBuilt()
export {}
