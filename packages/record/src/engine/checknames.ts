/**
 * Options are checked by name too: a misspelt `redact` that is silently not applied would write what it should omit.
 *
 * @param what whose options they are, such as `record` or `record: rotate`
 * @throws TypeError for a name that is not in `known`; the message lists those that are
 */
export function checkNames(what: string, given: object, known: Readonly<Record<string, true>>): void {
	for (const name of Object.keys(given))
		if (!Object.hasOwn(known, name))
			throw new TypeError(`${what}: there is no option '${name}'; there are ${Object.keys(known).join(', ')}`)
}
