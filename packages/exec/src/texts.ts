/** No ids, no baggage, as most requests have them: to compare with this is far cheaper than to look for names. */
export const noTexts: Readonly<Record<string, string>> = Object.freeze({})

export function isEmpty(texts: Readonly<Record<string, string>>): boolean {
	if (texts !== noTexts) for (const _ in texts) return false
	return true
}
