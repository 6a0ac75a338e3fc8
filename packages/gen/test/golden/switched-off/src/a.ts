////trace:event traceOff(a: Unknown)
//////trace:import "nothing"
// //trace:event traceNear()
///trace:event traceThree()
//trace:event traceOn()
export {}
