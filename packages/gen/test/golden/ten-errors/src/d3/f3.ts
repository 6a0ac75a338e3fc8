export {}
//trace:event traceC(
