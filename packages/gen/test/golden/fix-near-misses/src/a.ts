// trace:event traceSpace(a: string)
//  trace:event	traceSpaces(a: string)
//Trace:event traceCapital(a: string)
//TRACE:EVENT traceCapitals()
//trace: event traceInner()
/// trace:event traceSlashes()
///trace:event traceThree()
/* trace:event traceBlock() */
/*trace:event traceTight()*/
/** trace:event traceDoc() */
/* //trace:event traceInside() */
/*
 * trace:event traceLine(a: string)
 * trace:import "./net"
 */
/*
 * Prose, and then
 * trace:event traceProse()
 */
export const a = 1 //trace:event traceAfterCode()
export const b = 2 // trace:event traceAfterCodeToo(a: string)
export function f(/* trace:event traceInParameters() */): void {}
// trace:event async tracePausable()
// trace:event is prose if no event follows, and so is
// trace:import something.
	// trace:event traceIndented()
//trace:event traceRight()
