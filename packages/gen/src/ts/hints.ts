// What to do about a directive that TypeScript's parser does not take for a function.

/** Words that the parser takes for the end of a type. */
const reserved =
	/^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|finally|for|function|if|in|return|super|switch|throw|try|var|while|with)$/

/**
 * The hint for a syntax error: it names the part that is wrong.
 *
 * @param error TypeScript's message
 * @param text the text after `//trace:event`
 * @param start the position of the error in it; length is the length of what it is about
 */
export function syntaxHint(error: string, text: string, start: number, length: number): string | null {
	const word = text.slice(start, start + length).trim()
	const name = /^[\w$]+/.exec(text.slice(start).trimStart())?.[0]
	if (error.startsWith('A required parameter'))
		return `put '${word}' before the optional parameters, or make it optional: ${word}?`
	if (error.startsWith('A rest parameter must be last')) return `put '${word}' at the end`
	if (error.startsWith('Duplicate')) return `give one of the parameters '${word}' another name`
	if (error.startsWith("',' expected")) {
		const before = parameterBefore(text, start)
		const bare = /^(?:\.\.\.)?[\w$]+\??$/.exec(before)
		if (bare !== null && name !== undefined) return `put a colon between name and type: ${before}: ${name}`
		return name === undefined
			? `something is between ${before || 'the parameters'} and the next comma`
			: `put a comma before '${name}'`
	}
	if (error.startsWith('Type expected')) return 'write a type here, after the colon'
	if (error.startsWith('Parameter declaration expected')) return 'each parameter is name: Type; remove everything else'
	if (error.startsWith("')' expected")) return 'close the parenthesis of the parameters'
	const closing = /^'([>\]}])' expected/.exec(error)
	if (closing !== null && name !== undefined && reserved.test(name))
		return `'${name}' is a reserved word and cannot be a type: write the name of a type`
	if (closing !== null) return `close the bracket: ${closing[1]}`
	if (/is not allowed as a parameter name|reserved word/.test(error) && name !== undefined)
		return `give the parameter another name: ${name}_`
	return null
}

/** What is between the comma or parenthesis before `at` and it. */
function parameterBefore(text: string, at: number): string {
	let depth = 0
	let start = 0
	for (let i = at - 1; i >= 0; i--) {
		const char = text[i]!
		if (')]}'.includes(char)) depth++
		else if ('([{'.includes(char) && depth > 0) depth--
		else if ('([{,'.includes(char) && depth === 0) {
			start = i + 1
			break
		}
	}
	return text.slice(start, at).trim()
}
