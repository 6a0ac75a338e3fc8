import process from 'node:process'
import { threadId } from 'node:worker_threads'
import { runningRecorders } from '@tsgotrace/record/live'
import { events } from '@tsgotrace/runtime'
import { type About, protocolVersion } from '../protocol/messages.js'
import { hasExec, whyNoStates } from './exec.js'

/** What a session may do. */
export interface Powers {
	/** Record pausable events, at which the program then waits. */
	readonly mayPause: boolean
	/** Change how tasks are sampled. */
	readonly maySet: boolean
	readonly isPrepared: boolean
	/** What must not leave the process, whatever a client asks for. */
	readonly redact: Readonly<Record<string, true | readonly string[]>>
}

export function about({ mayPause, maySet, isPrepared }: Powers): About {
	return {
		protocol: protocolVersion,
		pid: process.pid,
		thread: threadId,
		node: process.version,
		events: hasRegistry() ? new Set(events().map(({ id }) => id)).size : null,
		recorders: runningRecorders().map(({ mode }) => mode),
		mayPause,
		maySet,
		hasExec: hasExec(),
		whyNoStates: whyNoStates(),
		isPrepared,
	}
}

/** Whether any module with events was loaded. To ask for the events would make a registry. */
export function hasRegistry(): boolean {
	return Symbol.for('tsgotrace.registry/1') in globalThis
}
