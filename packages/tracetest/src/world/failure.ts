// What a failure says besides its own message.
import { stackText } from '../platform/place.js'
import { callersText } from '../platform/text.js'
import { DeadlockError, ExpectError } from './errors.js'
import type { CallStack } from './signal.js'
import type { Streams } from './streams.js'
import type { Task } from './task.js'

/** An event that the test has refused: what was said, and where the program signalled. */
export interface Refusal {
	readonly text: string
	readonly site: CallStack | undefined
}

/** The calls that led to `site`, and what is on the streams. Asked before they are closed. */
export function streamTexts(streams: Streams, error: Error, site: CallStack | undefined, hasNotes: boolean): string[] {
	const isDeadlock = error instanceof DeadlockError
	// A deadlock says of each task what it waits for.
	const calls = isDeadlock ? undefined : streams.calls(site)
	const isWanted = isDeadlock || error instanceof ExpectError || hasNotes || streams.pending.length > 0
	return [calls, isWanted ? streams.status() : undefined].filter(text => text !== undefined)
}

/** A hint at those of `tasks` that run on though nothing waits for them. */
export function floatingText(tasks: readonly Task<unknown>[]): string[] {
	const names = tasks.filter(task => task.state === 'running' && !task.observed).map(({ name }) => `'${name}'`)
	return names.length === 0 ? [] : [`hint: still running, and not awaited: ${names.join(', ')}; is an "await" missing?`]
}

export function refusalText({ text, site }: Refusal): string {
	return site === undefined ? text : `${text}\n${callersText(stackText(site))}`
}
