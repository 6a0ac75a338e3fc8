import { traceConst, traceDefault, traceKey, traceRest, traceTwice, traceVariance } from './ztrace.js'

export interface Msg {
	readonly id: number
}

//trace:event traceKey<T extends Msg, K extends keyof T>(msg: T, key: K, value: T[K])
//trace:event traceDefault<T = Msg>(value: T)
//trace:event traceConst<const T extends readonly unknown[]>(list: T)
//trace:event traceRest<T extends Msg, A extends readonly unknown[] = []>(first: T, ...rest: A)
//trace:event traceTwice<T>(list: T[], fn: <U extends T>(item: T, other: U) => U)
//trace:event traceVariance<T extends Record<string, Msg>>(record: { readonly [K in keyof T]: T[K] })
//trace:event traceKeyOnly<T>(key: keyof T)
//trace:event traceChosen<T>(v: T extends string ? T : never, w: T extends (infer U)[] ? U : T)
//trace:event traceCall<F extends (...a: never[]) => unknown>(f: F, args: Parameters<F>, ...more: Parameters<F>)
//trace:event async traceKeyLater<T, K extends keyof T>(obj: T, key: K, value?: T[K])
//trace:event async traceCallLater<F extends (...a: never[]) => unknown>(f: F, ...args: Parameters<F>)
export function use(msg: Msg): void {
	traceKey(msg, 'id', 1)
	traceDefault(msg)
	traceConst([1, 2])
	traceRest(msg, 1, 'two')
	traceTwice([1], (_item, other) => other)
	traceVariance({ msg })
}
