export {}
//trace:event traceI(i: Missing)
