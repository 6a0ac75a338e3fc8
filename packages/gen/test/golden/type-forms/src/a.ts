import type { Key, Msg } from './msg.js'
import { origin } from './msg.js'
import * as t from './ztrace.js'

export type { Key, Msg }

//trace:event traceConditional(v: Msg extends { id: infer Id extends number } ? Id : never, w: Key extends string ? Msg : null)
//trace:event traceKeyof(k: keyof Msg, v: Msg['id'], q: keyof typeof origin)
//trace:event traceMapped(m: { readonly [K in Key]?: Msg }, r: { -readonly [P in keyof Msg as `get${Capitalize<P>}`]: () => Msg[P] })
//trace:event traceTuple(t: [first: Msg, second?: Key, ...rest: Msg[]], u: readonly [Msg, ...Key[]])
//trace:event traceFunction(f: (this: Msg, key: Key) => asserts key is 'a', g: (msg: unknown) => msg is Msg, c: new (msg: Msg) => Msg, a: abstract new () => Msg)
//trace:event traceObject(o: { m(key: Key): Msg; (key: Key): void; new (key: Key): Msg; readonly [index: string]: unknown; get g(): Msg; set g(v: Msg) })
//trace:event traceTemplate(t: `${Key}-${number}`, l: -1 | 1n | true | null | 'a' | `b`, u: readonly Msg[])
//trace:event traceTypeof(o: typeof origin, x: typeof origin.x, f: (a: Msg, b: typeof a) => typeof a)
//trace:event traceParams(a: Msg, b: typeof a, c: Parameters<(x: Key) => void>)
//trace:event traceOptional(a?: Msg, ...rest: readonly Key[])
export function use(m: Msg): void {
	t.traceKeyof('id', 1, 'x')
	t.traceOptional(m, 'a', 'b')
	t.traceOptional()
	t.traceTypeof(origin, 1, a => a)
}
