import type { RecordOptions } from '../options.js'
import type { Rotation } from '../sinks/file.js'
import type { RingOptions } from '../sinks/ring.js'

/** What can be told to a program that is started with the preload: the options of `record` that JSON can express. */
export interface PreloadOptions extends Omit<RecordOptions, 'to' | 'redact' | 'rotate' | 'onError'> {
	/** See {@link RecordOptions.to}. Not needed with `report`. */
	readonly to?: string | RingOptions
	readonly redact?: Readonly<Record<string, true | readonly string[]>>
	/** Without `key`: whoever sees the environment would have it. */
	readonly rotate?: Omit<Rotation, 'key'>
	/** Directory that each thread leaves its part and its report in, for who has started the program. */
	readonly report?: string
}

/** The environment variable that has them. Child processes inherit it. */
export const VARIABLE = 'TSGOTRACE_RECORD'
/** The one in which the first process of them leaves its id, so that the others know what they are. */
export const ROOT = 'TSGOTRACE_RECORD_ROOT'

const known: Readonly<Record<keyof PreloadOptions, true>> = {
	events: true,
	pausable: true,
	to: true,
	slices: true,
	counters: true,
	sample: true,
	redact: true,
	stacks: true,
	limits: true,
	rotate: true,
	flushEvery: true,
	report: true,
}

/**
 * The options in the environment variable. What they mean is checked by `record`.
 *
 * @throws TypeError if it is no JSON object, or has a key that means nothing
 */
export function parseOptions(text: string): PreloadOptions {
	let options: unknown
	try {
		options = JSON.parse(text)
	} catch (error) {
		throw new TypeError(`${VARIABLE} is no JSON: ${(error as Error).message}`, { cause: error })
	}
	if (typeof options !== 'object' || options === null || Array.isArray(options))
		throw new TypeError(`${VARIABLE} must be a JSON object, such as {"to":"out.perfetto-trace"}`)
	for (const key of Object.keys(options))
		if (!Object.hasOwn(known, key)) throw new TypeError(`${VARIABLE} has no option ${key}; there are ${Object.keys(known).join(', ')}`)
	const { rotate } = options as { rotate?: unknown }
	if (typeof rotate === 'object' && rotate !== null && 'key' in rotate)
		throw new TypeError(`${VARIABLE}: a key does not belong into the environment; encrypt with record() in the program`)
	return options
}
