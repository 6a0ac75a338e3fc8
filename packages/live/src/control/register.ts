// `node --import @tsgotrace/live/register`, also by way of NODE_OPTIONS: a control socket of each thread, without a
// change to the program.
import process from 'node:process'
import workers from 'node:worker_threads'
import { type ControlOptions, openControl } from './index.js'

/** The environment variable with options, as JSON. */
const variable = 'TSGOTRACE_CONTROL'

// The thread of module hooks has no events. Node 20 does not say which thread it is.
if ((workers as { isInternalThread?: boolean }).isInternalThread !== true) {
	try {
		const text = process.env[variable]
		openControl(text === undefined || text === '' ? {} : (JSON.parse(text) as ControlOptions))
	} catch (error) {
		// Whatever is wrong must not end the program.
		process.emitWarning(
			`there is no control socket: ${error instanceof Error ? error.message : String(error)}`,
			'TraceControlWarning',
		)
	}
}
