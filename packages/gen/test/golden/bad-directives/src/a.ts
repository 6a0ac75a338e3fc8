//trace:evnet traceTypo(a: string)
//trace:events traceTypo()
//trace:Event traceTypo()
//trace:
//trace: event traceSpace()
//trace:import2 "hello"
//trace:list
//trace:event(traceNoSpace())
//trace:import"hello"
	//trace:evemt traceIndented()
export {}
