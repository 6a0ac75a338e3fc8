class Foo {
	private x = 1
}
class Bar {
	private x = 1
}
/** Options. */
interface Opts {
	a: 1 // the first
	b?: Other[]
}
type Other = { readonly z: 1; f(this: Date): 'http://x' | void }
type Simple = { readonly z: 1 } | null
type Union = 'a' | 'b'
//trace:event traceFoo(m: Foo)
//trace:event traceOpts(m: Opts, o: Other, s: Simple, u: readonly Union[], b: Bar)
export = Foo
