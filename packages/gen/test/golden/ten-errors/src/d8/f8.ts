export {}
//trace:event traceH(this: H)
