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
export function use(msg: Msg): void {
	traceKey(msg, 'id', 1)
	traceDefault(msg)
	traceConst([1, 2])
	traceRest(msg, 1, 'two')
	traceTwice([1], (_item, other) => other)
	traceVariance({ msg })
}
