import { traceCjs } from './ztrace.cjs'

export interface Cjs {
	readonly cjs: true
}
//trace:event traceCjs(c: Cjs)
export const cjs = (c: Cjs): void => traceCjs(c)
