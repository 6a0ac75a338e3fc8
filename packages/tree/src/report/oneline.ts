/** On one line, without characters that control a terminal: names of a program may be any text. */
export function onOneLine(text: string): string {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
