import type { Store } from './store.js'

/** Where a wait began; null if that was not recorded. */
export function siteOf({ sites, header }: Store, interval: number): string | null {
	let low = 0
	let high = sites.interval.length
	while (low < high) {
		const middle = (low + high) >>> 1
		if (sites.interval[middle]! < interval) low = middle + 1
		else high = middle
	}
	return sites.interval[low] === interval ? (header.siteNames[sites.site[low]!] ?? null) : null
}
