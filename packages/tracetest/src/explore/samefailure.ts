import { placeOf } from '../platform/place.js'
import { DeadlockError, framesOf } from '../world/errors.js'

/**
 * Whether two executions have failed in the same way: at the same place of the code, with the same message but for the
 * values in it.
 */
export function sameFailure(a: Error, b: Error): boolean {
	if (a.name !== b.name) return false
	// Which of the tasks is the first to wait, and since when, depends on the schedule.
	if (a instanceof DeadlockError) return true
	if (pattern(a) !== pattern(b)) return false
	const [here, there] = [placeText(a), placeText(b)]
	// The place of an event that was not received is known only where stacks are captured.
	return here === there || here === '' || there === ''
}

/** The first line of the message without numbers and what is in quotes or brackets. */
function pattern({ message }: Error): string {
	const [line = ''] = message.split('\n', 1)
	return line.replace(/'[^']*'|"[^"]*"|`[^`]*`|\{.*\}|\[.*\]/g, '…').replace(/-?\d[\d.,e]*/g, '#')
}

function placeText(error: Error): string {
	const place = placeOf(framesOf(error))
	return place === undefined ? '' : `${place.file}:${place.line}:${place.column}`
}
