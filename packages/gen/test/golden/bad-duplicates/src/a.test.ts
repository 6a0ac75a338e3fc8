//trace:event traceInTest()
//trace:event traceTwice()
export {}
