import { traceSaved } from '../src/ztrace.js'
import { traceSaved as strange } from './not-ztrace.js'
export const f = async (): Promise<void> => {
	await traceSaved!(1)
	await strange(1)
}
