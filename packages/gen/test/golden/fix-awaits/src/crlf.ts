import { traceSaved } from './ztrace.js'
export async function f(): Promise<void> {
	await traceSaved!(1)
}
