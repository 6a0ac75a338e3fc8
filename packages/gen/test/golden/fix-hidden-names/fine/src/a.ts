const value = { a: 1 }
interface Hidden {
	a: 1
}
export class Store<Item extends object, K extends keyof Item = keyof Item> {
	put<V extends Item[K]>(i: Item, k: K, v: V): void {
		//trace:event tracePut(i: Item)
		//trace:event tracePutAll<X>(i: X, v: V, k: K, x: Item)
		//trace:event traceHidden(v: typeof value, h: Hidden)
	}
}
