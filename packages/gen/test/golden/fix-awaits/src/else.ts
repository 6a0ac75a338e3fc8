import { traceSaved } from './ztrace.js'

export async function f(a: boolean): Promise<void> {
	if (a) await traceSaved!(1)
	else if (!a) await traceSaved?.(2);
	else throw new Error()
	switch (a) {
		case true:
			await traceSaved!(3) // remark
			break
		default:
			await traceSaved!(
				// inside
				4,
			)
	}
	label: await traceSaved!(5)
}
