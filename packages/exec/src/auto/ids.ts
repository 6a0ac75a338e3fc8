import { noTexts } from '../texts.js'

/** Headers that commonly hold the id of a request. */
const idHeader = 'x-request-id'

/** Ids that a request has from its caller. */
export function idsOf(
	headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
	const id = headers[idHeader]
	return typeof id === 'string' ? { request: id } : noTexts
}
