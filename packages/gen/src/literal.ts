// Literals in generated code.

/** A text as a string literal in the style of the generated file. */
export function quote(text: string): string {
	return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/** The fields of a literal that say what the parameters of an event are. */
export function signatureFields({ generics, params }: { readonly generics?: string; readonly params: readonly string[] }): string {
	return `${generics === undefined ? '' : `generics: ${quote(generics)}, `}params: [${params.map(quote).join(', ')}]`
}
