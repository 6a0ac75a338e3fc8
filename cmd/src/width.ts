/**
 * The width of the terminal of the standard output, or `inPipe` if it goes elsewhere. A terminal that does not know its
 * size, as in some containers, reports 0: then it is `inPipe`, too.
 */
export function outputWidth<T extends number | undefined>(inPipe: T): number | T {
	const { isTTY, columns } = process.stdout
	return isTTY && columns > 0 ? columns : inPipe
}
