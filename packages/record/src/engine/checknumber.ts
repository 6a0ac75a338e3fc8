/** @throws RangeError unless it is a number from `min` to `max` */
export function checkNumber(name: string, value: unknown, min: number, max: number, integer: boolean): number {
	if (typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))) return value
	const range = max === Number.POSITIVE_INFINITY ? `${min} on` : `${min} to ${max}`
	throw new RangeError(
		`record: ${name} must be ${integer ? 'an integer' : 'a number'} from ${range}, not ${String(value)}`,
	)
}
