	//trace:event traceA()
//trace:event traceB(a)
export {}
