// Literals in generated code.

/** A text as a string literal in the style of the generated file. */
export function quote(text: string): string {
	return `'${text.replace(/[\\']/g, '\\$&').replace(/[\n\r\u2028\u2029]/g, escaped)}'`
}

/** What ends a line, and so would end the literal. */
function escaped(char: string): string {
	return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The fields of a literal that say what the parameters of an event are. */
export function signatureFields({
	generics,
	params,
}: {
	readonly generics?: string
	readonly params: readonly string[]
}): string {
	return `${generics === undefined ? '' : `generics: ${quote(generics)}, `}params: [${params.map(quote).join(', ')}]`
}
