import { traceGeneric, tracePlain, traceSaved } from './ztrace.js'

export async function good(id: number): Promise<void> {
	if (traceSaved) await traceSaved(id)
	if (traceSaved !== undefined) await traceSaved(id)
	if (traceSaved != null && id > 1) {
		if (id > 2) {
			for (const i of [1]) await traceSaved(i)
		}
	}
	if (id > 1 && traceSaved) await traceSaved(id)
	traceSaved && (await traceSaved(id))
	traceSaved ? await traceSaved(id) : 0
	!traceSaved ? 0 : await traceSaved(id)
	const value = traceSaved && (await traceSaved(id))
	if (!traceSaved) id = 2
	else await traceSaved(id)
	while (traceSaved) await traceSaved(id)
	// Not awaited, and not pausable: nothing waits.
	void traceSaved?.(id)
	await tracePlain(id)
	await other.traceSaved(id, value)
	const callback = async (): Promise<void> => {
		if (!traceSaved) return
		await traceSaved(id)
	}
	if (traceSaved === undefined) return
	await traceSaved(id)
	{
		await traceSaved(id)
		if (traceGeneric) await traceGeneric<number>(id)
	}
	await callback()
}
export async function early(): Promise<void> {
	if (!traceSaved) return
	await traceSaved(1)
	for (const i of [1, 2]) {
		await traceSaved(i)
	}
}
export async function loop(): Promise<void> {
	for (const i of [1, 2]) {
		if (!traceSaved) continue
		await traceSaved(i)
	}
	if (!traceSaved) throw new Error()
	await traceSaved(1)
}
const other: { traceSaved(id: number, x: unknown): Promise<void> } = { traceSaved: async () => {} }
