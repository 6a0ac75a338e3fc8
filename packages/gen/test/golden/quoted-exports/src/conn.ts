import type { 'the message' as Msg, "its user's" as Users, 'a\\b' as Back, 'all of it' as all } from './lib/msg.js'
import { 'a connection' as Conn, type '1 limit' as limits } from './lib/msg.js'
import { traceAsked, traceConn, traceLimits, traceMsg, traceSent } from './ztrace.js'

interface Sent {
	readonly code: all.Code
}
export { type Sent as 'what was sent' }

//trace:event traceMsg(m: Msg, all: readonly Users[], back?: Back)
//trace:event traceConn<T extends Conn>(c: T, code: all.Code)
//trace:event traceLimits(l: typeof limits)
//trace:event async traceAsked(m: Msg, s: Sent)
//trace:event traceSent(s: Sent)

export async function use(m: Msg & Users & Back): Promise<void> {
	traceMsg(m, [m], m)
	traceConn(new Conn(), 'ok')
	const few: typeof limits = { most: 1 }
	traceLimits(few)
	traceSent({ code: 'lost' })
	if (traceAsked) await traceAsked(m, { code: 'ok' })
}
