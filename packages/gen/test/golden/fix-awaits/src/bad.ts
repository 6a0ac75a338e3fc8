import { traceGeneric, traceSaved } from './ztrace.js'
import { traceSaved as saved } from './ztrace'
import * as z from './ztrace.js'

export async function bad(id: number, other: boolean): Promise<void> {
	await traceSaved(id)
	await traceSaved?.(id)
	await traceSaved!(id)
	await (traceSaved)!(id)
	await saved(id)
	await traceGeneric!<number>(id)
	const result = await traceSaved!(id)
	if (other) await traceSaved!(id)
	if (!traceSaved) await traceSaved!(id)
	if (traceSaved) other = true
	else await traceSaved!(id)
	if (traceSaved || other) await traceSaved!(id)
	other && (await traceSaved!(id))
	traceSaved || (await traceSaved!(id))
	traceSaved ? other : await traceSaved!(id)
	if (traceGeneric) await traceSaved!(id)
	if (traceSaved) {
		const later = async () => {
			await traceSaved!(id)
		}
		await later()
	}
	if (!traceSaved) other = false
	await traceSaved!(
		// which
		id,
	)
	await traceSaved!(id) // no semicolon: (a)
	if (!traceSaved) {
		return
	}
	await traceSaved(id)
	console.log(result, z)
}
export const arrow = async (): Promise<void> => await traceSaved!(1)
for await (const x of [1]) await traceSaved!(x)
do await traceSaved!(1)
while (Math.random() > 2)
