import { traceSaved as saved, traceGeneric, traceSaved } from './ztrace.js'

export async function dropped(id: number, other: boolean): Promise<void> {
	if (traceSaved) traceSaved(id)
	traceSaved?.(id)
	saved?.(id)
	traceGeneric?.<number>(id)
	traceSaved && traceSaved(id)
	if (other) traceSaved?.(id)
	else other ? traceSaved?.(id) : undefined
	if (traceSaved) (other, (traceSaved)(id))
	// These are meant.
	void traceSaved?.(id)
	const later = traceSaved?.(id)
	await Promise.all([later, traceSaved?.(id)])
	traceSaved?.(id).then(() => {})
}
export function notAsync(id: number): void {
	traceSaved?.(id)
	if (traceSaved) traceSaved(id)
}
export const promised = (id: number): Promise<void> | undefined => traceSaved?.(id)
export class Static {
	static {
		traceSaved?.(1)
	}
}
traceSaved?.(2)
