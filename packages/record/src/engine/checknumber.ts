/** @throws RangeError unless it is a number from `least` to `most` */
export function checkNumber(name: string, value: unknown, least: number, most: number, integer: boolean): number {
	if (typeof value === 'number' && value >= least && value <= most && (!integer || Number.isInteger(value))) return value
	const range = most === Number.POSITIVE_INFINITY ? `${least} on` : `${least} to ${most}`
	throw new RangeError(`record: ${name} must be ${integer ? 'an integer' : 'a number'} from ${range}, not ${String(value)}`)
}
