import { DeadlockError, ExpectError, hide } from '../world/errors.js'

/**
 * Let vitest print of `error` what it says, and not what it carries for programs: the verbose reporter prints every property of an error, hidden ones
 * too, unless the error says itself what is to be shown of it.
 */
export function printable(error: unknown): unknown {
	if (!(error instanceof Error) || !('report' in error || isOurs(error))) return error
	const carried = new Set(['report', 'toJSON', ...(isOurs(error) ? ['code', 'proved', 'alive'] : [])])
	const own = Reflect.get(error, 'toJSON')
	hide(error, {
		toJSON(this: Error): object {
			const all: unknown = typeof own === 'function' ? Reflect.apply(own, this, []) : properties(this)
			return Object.fromEntries(Object.entries(Object(all)).filter(([name]) => !carried.has(name)))
		},
	})
	return error
}

function isOurs(error: Error): boolean {
	return error instanceof DeadlockError || error instanceof ExpectError
}

/** As vitest collects them: hidden ones too. */
function properties(error: Error): object {
	return Object.fromEntries(Object.getOwnPropertyNames(error).map(name => [name, Reflect.get(error, name)]))
}
