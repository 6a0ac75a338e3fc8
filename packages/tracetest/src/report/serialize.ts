import { DeadlockError, ExpectError, hide } from '../world/errors.js'
import { type SearchReport, scheduleText } from './report.js'

/**
 * Let vitest print the schedule of a failure once: its verbose reporter prints the message of an error twice, and every
 * reporter what is called `codeFrame` once, after the message. The stack keeps all of it, for reporters that write
 * files.
 */
function frameOf(error: Error): { readonly codeFrame?: string } {
	const { schedule } = (error as { report?: SearchReport }).report ?? {}
	const text = [false, true]
		.map(full => scheduleText(schedule, full))
		.find(one => one !== undefined && error.message.includes(`\n\n${one}`))
	if (text === undefined) return {}
	const message = error.message.replace(`\n\n${text}`, () => '')
	hide(error, { message })
	return { codeFrame: `\n${text}` }
}

/**
 * Let vitest print of `error` what it says, and not what it carries for programs: the verbose reporter prints every
 * property of an error, hidden ones too, unless the error says itself what is to be shown of it.
 */
export function printable(error: unknown): unknown {
	if (!(error instanceof Error) || !('report' in error || isOurs(error))) return error
	const frame = frameOf(error)
	const carried = new Set(['report', 'toJSON', ...(isOurs(error) ? ['code', 'proved', 'alive'] : [])])
	const own = Reflect.get(error, 'toJSON')
	hide(error, {
		toJSON(this: Error): object {
			const all: object = {
				...Object(typeof own === 'function' ? Reflect.apply(own, this, []) : properties(this)),
				...frame,
			}
			return Object.fromEntries(Object.entries(all).filter(([name]) => !carried.has(name)))
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
