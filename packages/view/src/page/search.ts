import uFuzzy from '@leeoniya/ufuzzy'
import type { ArgumentFilter } from './protocol.js'

/** An argument with its value in a search: `route=/cart`, `sql="select 1"`. */
const argument = /(?:^|\s)([\w$.-]+)=("(?:[^"\\]|\\.)*"|\S*)/g

/** What a search says: names, and arguments that have a value. */
export function parsed(search: string): { readonly names: string; readonly filters: readonly ArgumentFilter[] } {
	const filters = [...search.matchAll(argument)].map(([, name = '', value = '']) => ({ name, value: unquoted(value) }))
	return { names: search.replaceAll(argument, ' ').trim(), filters }
}

/** An argument as it is written in a search. */
export function filterText(name: string, value: unknown): string {
	const text = typeof value === 'string' ? value : JSON.stringify(value)
	return `${name}=${/^[^\s"]+$/.test(text) ? text : JSON.stringify(text)}`
}

function unquoted(text: string): string {
	try {
		return text.startsWith('"') ? (JSON.parse(text) as string) : text
	} catch {
		// It is still being typed.
		return text.slice(1)
	}
}

/** Finds names. @returns whether each name matches; null for an empty search */
export function matcher(names: readonly string[]): (search: string) => Uint8Array | null {
	const fuzzy = new uFuzzy({ intraMode: 1 })
	const all = [...names]
	return search => {
		const text = search.trim()
		if (text === '') return null
		const shown = new Uint8Array(all.length)
		const lower = text.toLowerCase()
		const exact = all.flatMap((name, i) => (name.toLowerCase().includes(lower) ? [i] : []))
		// Exact matches need no fuzzy search.
		for (const i of exact.length > 0 ? exact : (fuzzy.filter(all, text) ?? [])) shown[i] = 1
		return shown
	}
}
