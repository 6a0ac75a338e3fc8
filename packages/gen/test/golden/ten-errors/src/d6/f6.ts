export {}
//trace:event traceF(f = 1)
