const config = { a: 1 }
interface Hidden {
	a: 1
}
export class Store<Item extends object, K extends keyof Item = keyof Item> {
	put<V extends Item[K]>(i: Item, k: K, v: V): void {
		type Local = 1
		//trace:event tracePut(i: Item)
		//trace:event tracePutAll<X>(i: X, v: V, k: K, x: Item)
		//trace:event traceKinds(i: Local, c: config, d: typeof Hidden, e: Hidden.X)
	}
}
export function measure({ length }: { length: number }, name: string): number {
	const local = 1
	const inner = (e: Error): void => {
		//trace:event traceLocals(a: typeof local, b: typeof length, c: typeof name.length, d: typeof e, f: typeof inner)
		//trace:event traceOwn(local: string, copy: typeof local)
	}
	inner(new Error())
	return length + local
}
export class Meter {
	read(): void {
		//trace:event traceMeter(meter: typeof this, reads: typeof this.read)
	}
}
