import { checkNames } from '../checknames.js'
import { shared } from '../realm.js'

/** What creates tasks automatically, and what is sent along with outgoing requests. */
export interface AutoOptions {
	/** Each incoming request of `node:http`, `node:http2`, and of frameworks built on them, is a task. Default true. */
	readonly requests?: boolean
	/** Each outgoing request of `node:http` and of `fetch` is a call of the task that makes it. Default true. */
	readonly calls?: boolean
	/**
	 * The main module of a program, and of each worker, is a task: `tsgotrace record --exec` turns it on. Default false.
	 */
	readonly main?: boolean
	/**
	 * Each call of a function by a timer that was set outside of tasks is a task. Default false;
	 * `tsgotrace record --exec` turns it on.
	 */
	readonly timers?: boolean
	/**
	 * Each message of another process, of a worker, or on a port is a task. Default false; `tsgotrace record --exec`
	 * turns it on.
	 */
	readonly messages?: boolean
	/** Each signal that the program handles is a task. Default false; `tsgotrace record --exec` turns it on. */
	readonly signals?: boolean
	/**
	 * Send the W3C headers `traceparent` and `baggage` along with outgoing requests of a task, so that the called service
	 * can continue its trace. A function decides by the origin, such as `https://example.org:8443`. Requests that already
	 * have a `traceparent` keep it. Default false: requests are not changed.
	 */
	readonly propagate?: boolean | ((origin: string) => boolean)
}

const options = shared<{ -readonly [K in keyof AutoOptions]-?: Required<AutoOptions>[K] }>('auto', () => ({
	requests: true,
	calls: true,
	main: false,
	timers: false,
	messages: false,
	signals: false,
	propagate: false,
}))

/** Of all copies of the package: the program configures one of them, and another one may create the tasks. */
const listeners = shared('auto listeners', () => new Set<() => void>())

/**
 * Choose what creates tasks automatically. Applies from the next request, job or message on; `timers`, `messages` and
 * `signals` to what the program sets up from now on.
 *
 * @throws TypeError for an invalid option
 * @example
 * import { configureTasks } from '@tsgotrace/exec'
 * configureTasks({ propagate: origin => origin.endsWith('.internal') })
 */
export function configureTasks(changes: AutoOptions): void {
	checkNames('configureTasks', changes, Object.keys(options))
	for (const [name, value] of Object.entries(changes)) {
		if (typeof value !== 'boolean' && !(name === 'propagate' && typeof value === 'function'))
			throw new TypeError(
				`configureTasks: '${name}' must be true or false${name === 'propagate' ? ', or a function of the origin' : ''}`,
			)
	}
	Object.assign(options, changes)
	for (const listener of listeners) listener()
}

/** Call `fn` when options change, until what it returns is called. */
export function onAutoOptions(fn: () => void): () => void {
	listeners.add(fn)
	return () => listeners.delete(fn)
}

export function autoOptions(): Required<AutoOptions> {
	return options
}

/** Whether the headers are sent to `origin`. If the program's function throws, they are not. */
export function propagatesTo(origin: string): boolean {
	const { propagate } = options
	if (typeof propagate === 'boolean') return propagate
	try {
		return propagate(origin)
	} catch {
		return false
	}
}
