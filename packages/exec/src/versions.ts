/**
 * The first release with the fix, by major version: majors that are not listed have no fix. Later majors have it from
 * the start.
 */
const fixed: Readonly<Record<number, number>> = { 20: 20, 22: 22, 24: 13, 25: 3 }
const lastWithout = 25
/** From here on `AsyncLocalStorage` needs no hooks. */
const storageWithoutHooks = 24

/**
 * Whether following tasks may turn a stack overflow that the program catches into the end of the process
 * (CVE-2025-59466).
 *
 * @param version such as `24.12.0`
 * @param by what is active: an `AsyncLocalStorage`, or hooks of `async_hooks` and promises
 */
export function stackOverflowEnds(version: string, by: 'storage' | 'hooks'): boolean {
	const [major, minor] = version.split('.').map(Number) as [number, number]
	if (major > lastWithout || (by === 'storage' && major >= storageWithoutHooks)) return false
	const first = fixed[major]
	return first === undefined || minor < first
}

/** Whether the context of a task is on promises, where the program sees it: on those that are made in a task. */
export function storageIsOnPromises(version: string): boolean {
	return Number(version.split('.')[0]) < storageWithoutHooks
}
