import type { Message } from './msg.js'

class Conn {}
interface Private {
	readonly secret: true
}
const settings = { a: 1 }
namespace Inner {
	export type Kind = string
}
export type Public = Conn | Private | Message | Inner.Kind | typeof settings

//trace:event traceRecv(m: Mesage)
//trace:event traceTwo(a: Unknown, b: Array<Mesage | Another>, c: typeof missing.x)
//trace:event traceHidden(c: Conn, p: readonly Private[])
//trace:event traceHiddenValue(s: typeof settings, k: Inner.Kind)
//trace:event traceParameter(T: string, u: T)
//trace:event traceKey<K extends keyof Mising>(k: K)
//trace:event traceGood(m: Message, p: Public)
