// The id is that of src/net too, because a leading src is no part of ids.
//trace:event traceB()
//trace:event traceC()
export {}
