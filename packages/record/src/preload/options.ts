import { checkNames } from '../engine/checknames.js'
import { type RecordOptions, recordOptionNames } from '../options.js'
import type { Rotation } from '../sinks/file.js'
import type { RingOptions } from '../sinks/ring.js'

/** The options for a program that is started with the preload: those of `record` that JSON can express. */
export interface PreloadOptions extends Omit<RecordOptions, 'to' | 'redact' | 'rotate' | 'onError'> {
	/** See {@link RecordOptions.to}. Not needed with `report`. */
	readonly to?: string | RingOptions
	readonly redact?: Readonly<Record<string, true | readonly string[]>>
	/** Without `key`, because the environment would expose it. */
	readonly rotate?: Omit<Rotation, 'key'>
	/** Directory in which each thread leaves its part and its report, for the process that started the program. */
	readonly report?: string
}

/** The environment variable that holds the options. Child processes inherit it. */
export const recordVariable = 'TSGOTRACE_RECORD'
/** The variable in which the first process stores its id, so that the others know that they are children. */
export const rootVariable = 'TSGOTRACE_RECORD_ROOT'

const { onError: _, ...ofJson } = recordOptionNames
const known: Readonly<Record<keyof PreloadOptions, true>> = { ...ofJson, report: true }

/**
 * The options in the environment variable. `record` checks the values.
 *
 * @throws TypeError if it is not a JSON object, or has an unknown key
 */
export function parseOptions(text: string): PreloadOptions {
	let options: unknown
	try {
		options = JSON.parse(text)
	} catch (error) {
		throw new TypeError(`${recordVariable} is not valid JSON: ${(error as Error).message}`, { cause: error })
	}
	if (typeof options !== 'object' || options === null || Array.isArray(options))
		throw new TypeError(`${recordVariable} must be a JSON object, such as {"to":"out.perfetto-trace"}`)
	checkNames(recordVariable, options, known)
	const { rotate } = options as { rotate?: unknown }
	if (typeof rotate === 'object' && rotate !== null && 'key' in rotate)
		throw new TypeError(
			`${recordVariable}: rotate.key must not be in the environment, which child processes inherit; encrypt with record() in the program`,
		)
	return options
}
