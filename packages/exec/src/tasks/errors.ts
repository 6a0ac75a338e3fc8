/** An error as the detail of an end. Empty if reading it throws, for example in a getter of the program's error. */
export function textOfError(error: unknown): string {
	try {
		return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
	} catch {
		return ''
	}
}
