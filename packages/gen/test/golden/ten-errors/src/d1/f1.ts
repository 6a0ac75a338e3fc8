export {}
//trace:evnt traceA()
