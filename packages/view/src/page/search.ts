import uFuzzy from '@leeoniya/ufuzzy'

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
