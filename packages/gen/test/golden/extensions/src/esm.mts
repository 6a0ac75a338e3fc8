import { traceEsm } from './ztrace.mjs'

export interface Esm {
	readonly esm: true
}
//trace:event traceEsm(e: Esm)
export const esm = (e: Esm): void => traceEsm(e)
