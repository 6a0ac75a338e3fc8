/**
 * As much of TypeScript's library as checking a signature needs: the types that the language itself rests on, and how
 * many arguments the common generic ones take. Members are left open, since projects choose their library and may
 * extend it.
 */
export const library = `
interface _Open { [name: string]: any; [index: number]: any; [symbol: symbol]: any }
interface Object {
	constructor: Function; toString: any; toLocaleString: any; valueOf: any; hasOwnProperty: any; isPrototypeOf: any; propertyIsEnumerable: any
}
interface Function extends _Open {
	apply: any; call: any; bind: any; toString: any; prototype: any; length: any; arguments: any; caller: any; name: any
}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments extends _Open {}
interface Boolean extends _Open {}
interface Number extends _Open {}
interface String extends _Open { readonly [index: number]: string; readonly length: number }
interface Symbol extends _Open {}
interface BigInt extends _Open {}
interface RegExp extends _Open {}
interface TemplateStringsArray extends ReadonlyArray<string> {}
interface Array<T> { [name: string]: any; [index: number]: T; [symbol: symbol]: any; length: number; _items: T }
interface ReadonlyArray<T> { [name: string]: any; readonly [index: number]: T; [symbol: symbol]: any; readonly length: number; readonly _items: T }
interface PromiseLike<T> extends _Open { then: (value: T) => void }
interface Promise<T> extends _Open { then: (value: T) => void }
interface Map<K, V> extends _Open { get: (key: K) => V }
interface ReadonlyMap<K, V> extends _Open { get: (key: K) => V }
interface Set<T> extends _Open { has: (item: T) => boolean }
interface ReadonlySet<T> extends _Open { has: (item: T) => boolean }
interface WeakMap<K, V> extends _Open { get: (key: K) => V }
interface WeakSet<T> extends _Open { has: (item: T) => boolean }
interface ArrayLike<T> extends _Open { readonly [index: number]: T }
interface Iterator<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface Iterable<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface AsyncIterator<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface AsyncIterable<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface IteratorResult<T, R = any> extends _Open { value: T | R }
interface IterableIterator<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface AsyncIterableIterator<T, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface Generator<T = unknown, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface AsyncGenerator<T = unknown, R = any, N = any> extends _Open { next: (n: N) => T | R }
interface WeakRef<T> extends _Open { deref: () => T }
interface FinalizationRegistry<T> extends _Open { register: (held: T) => void }
interface PromiseSettledResult<T> extends _Open { value: T }
interface PromiseFulfilledResult<T> extends _Open { value: T }
interface Int8Array<B = any> extends _Open { buffer: B }
interface Int16Array<B = any> extends _Open { buffer: B }
interface Int32Array<B = any> extends _Open { buffer: B }
interface Uint8Array<B = any> extends _Open { buffer: B }
interface Uint8ClampedArray<B = any> extends _Open { buffer: B }
interface Uint16Array<B = any> extends _Open { buffer: B }
interface Uint32Array<B = any> extends _Open { buffer: B }
interface Float32Array<B = any> extends _Open { buffer: B }
interface Float64Array<B = any> extends _Open { buffer: B }
interface BigInt64Array<B = any> extends _Open { buffer: B }
interface BigUint64Array<B = any> extends _Open { buffer: B }
interface DataView<B = any> extends _Open { buffer: B }
interface ThisType<T> extends _Open { that: T }
interface Error extends _Open {}
interface Date extends _Open {}
type _Any<T, U = T> = any
type Awaited<T> = _Any<T>
type Capitalize<S extends string> = intrinsic
type ConstructorParameters<T extends abstract new (...args: any) => any> = _Any<T>
type Exclude<T, U> = _Any<T, U>
type Extract<T, U> = _Any<T, U>
type InstanceType<T extends abstract new (...args: any) => any> = _Any<T>
type Lowercase<S extends string> = intrinsic
type NoInfer<T> = intrinsic
type NonNullable<T> = _Any<T>
type Omit<T, K extends keyof any> = _Any<T, K>
type OmitThisParameter<T> = _Any<T>
type Parameters<T extends (...args: any) => any> = _Any<T>
type Partial<T> = _Any<T>
type Pick<T, K extends keyof T> = _Any<T, K>
type Readonly<T> = _Any<T>
type Record<K extends keyof any, T> = _Any<K, T>
type Required<T> = _Any<T>
type ReturnType<T extends (...args: any) => any> = _Any<T>
type ThisParameterType<T> = _Any<T>
type Uncapitalize<S extends string> = intrinsic
type Uppercase<S extends string> = intrinsic
`

/** The names that {@link library} declares. */
export const libraryNames: ReadonlySet<string> = new Set(
	[...library.matchAll(/^(?:interface|type) (\w+)/gm)]
		.map(m => m[1]!)
		.filter(name => name !== '_Open' && name !== '_Any'),
)

/** The types that a misspelt name may have been meant to be, in every file. */
export const builtinTypes: readonly string[] = [
	'any',
	'bigint',
	'boolean',
	'never',
	'null',
	'number',
	'object',
	'string',
	'symbol',
	'undefined',
	'unknown',
	'void',
	...libraryNames,
]
