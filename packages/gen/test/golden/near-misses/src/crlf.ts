// trace:event traceSpaceCrlf()
/*
trace:event traceBlockCrlf()
*/
export {}
