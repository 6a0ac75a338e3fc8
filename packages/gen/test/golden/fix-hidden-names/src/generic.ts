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
