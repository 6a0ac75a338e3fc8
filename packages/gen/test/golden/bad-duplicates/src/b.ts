	//trace:event  traceTwice(b: number)
//trace:event traceThrice()
export {}
