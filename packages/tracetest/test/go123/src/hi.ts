import { traceHi } from './ztrace.js'

//trace:event async traceHi(who: string)

/** Says hi, in a thread whose name `who` begins with. */
export async function hi(who: string): Promise<void> {
	if (traceHi) await traceHi(who)
}
