/**
 * A misspelt option must not be silently ignored. What the recorder has for this is not used here: to import it costs
 * more than all else that an import of this package loads.
 *
 * @param what whose options they are, such as `startTrace`
 * @throws TypeError for a name that is not in `known`; the message lists those that are
 */
export function checkNames(what: string, given: object, known: readonly string[]): void {
	for (const name of Object.keys(given))
		if (!known.includes(name))
			throw new TypeError(`${what}: there is no option '${name}'; there are ${known.join(', ')}`)
}
