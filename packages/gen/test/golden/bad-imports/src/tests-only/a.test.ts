//trace:event traceInTest()
export {}
