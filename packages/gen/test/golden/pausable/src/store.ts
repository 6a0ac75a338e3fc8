import { traceLoaded, traceSaved, traceSavedAll } from './ztrace.js'

export interface Item {
	readonly id: number
}

//trace:event async traceSaved(item: Item)
//trace:event  async  traceSavedAll<T extends Item>(first: T, ...rest: T[])
//trace:event traceLoaded(item: Item)
export async function save(item: Item): Promise<void> {
	traceLoaded(item)
	if (traceSaved) await traceSaved(item)
	if (traceSavedAll) await traceSavedAll(item, item)
}
