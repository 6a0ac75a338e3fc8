//trace:event traceShown(ms: number)
//trace:event traceTwice()
//trace:event traceTwice()
