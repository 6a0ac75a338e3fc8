import { traceClosed, traceSent } from './ztrace.js'

// Not exported by the package: importers get its type from the trace types.
export class Conn {
	readonly id: number = 1
}
//trace:event traceSent(c: Conn, bytes: number)
//trace:event async traceClosed(c: Conn)
export async function send(c: Conn): Promise<void> {
	traceSent(c, 1)
	if (traceClosed) await traceClosed(c)
}
