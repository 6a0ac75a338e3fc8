export const config = { a: 1 }
export interface Msg {
	readonly text: string
}
//trace:event traceConfig(config: typeof config)
//trace:event traceThis(f: (q: this) => void)
//trace:event traceNames(arguments: Msg, package: string, yield: 1, eval: 2, let: 1, static: Msg, await: 1)
//trace:event traceNested(f: (package: string) => void, package: string, p: typeof package)
//trace:event traceArguments(p: Promise, m: Map<string>, r: Record<string>)
//trace:event traceIndex<T, K>(p: T[K])
//trace:event traceSymbol(a: unique symbol)
//trace:event traceRest(...a: string)
//trace:event traceParameters<T, T, in U, string>(a: T)
//trace:event traceInfer(a: infer U, p: Msg is string, q: asserts b)
//trace:event traceObject(a: { b: 1; b: 2 }, t: [a?: string, b: number], i: { [k: boolean]: 1 })
//trace:event tracePattern(f: ({ a: b }: { a: 1 }) => void, j: string?)
//trace:event traceUnknowable<A extends keyof Msg>(a: Capitalize<keyof Msg & string>, ...b: { [K in keyof Msg]: Msg[K] }[])
//trace:event traceReserved(a: enum, b: Promise, c: { x: class | static })
//trace:event traceReservedArgument(a: Array<class>)
//trace:event traceElements(a: [x?: Msg?], b: [x: ...Msg[]], c: [...x?: Msg[]])
