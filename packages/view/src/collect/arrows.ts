import { type LinkKind, type Links, linkKinds, type Sites } from '../data/links.js'

/** An interval by its number in the order in which intervals came, or a slice by its number. */
export type End = { readonly interval: number } | { readonly slice: number }

/** Collects the arrows between intervals, and the places where waits began. */
export class Arrows {
	readonly #from: End[] = []
	readonly #to: End[] = []
	readonly #kinds: number[] = []
	readonly #siteOf: { readonly interval: number; readonly site: number; readonly weight: number }[] = []
	readonly #sites = new Map<string, number>()
	/** The last event of each flow. */
	readonly #flows = new Map<bigint, End>()

	add(kind: LinkKind, from: End, to: End): void {
		this.#from.push(from)
		this.#to.push(to)
		this.#kinds.push(linkKinds.indexOf(kind))
	}

	/** An event is part of flows: an arrow comes from the previous event. */
	flows(flows: readonly bigint[], to: End): void {
		for (const flow of flows) {
			const from = this.#flows.get(flow)
			if (from !== undefined) this.add('flow', from, to)
			this.#flows.set(flow, to)
		}
	}

	site(interval: number, site: string, weight: number): void {
		let index = this.#sites.get(site)
		if (index === undefined) this.#sites.set(site, (index = this.#sites.size))
		this.#siteOf.push({ interval, site: index, weight: Math.max(1, Math.round(weight)) })
	}

	/**
	 * @param intervalOf the interval of a slice; undefined if it was left out
	 * @param placeOf the position of an interval in the columns
	 */
	done(
		intervalOf: (slice: number) => number | undefined,
		placeOf: (interval: number) => number,
	): { readonly links: Links; readonly sites: Sites; readonly siteNames: readonly string[] } {
		const place = (end: End): number => {
			const interval = 'slice' in end ? intervalOf(end.slice) : end.interval
			return interval === undefined ? -1 : placeOf(interval)
		}
		const all = this.#kinds
			.map((kind, i) => ({ kind, from: place(this.#from[i]!), to: place(this.#to[i]!) }))
			.filter(({ from, to }) => from >= 0 && to >= 0 && from !== to)
			.sort((a, b) => a.to - b.to || a.from - b.from)
		const sites = this.#siteOf
			.map(({ interval, site, weight }) => ({ interval: placeOf(interval), site, weight }))
			.sort((a, b) => a.interval - b.interval)
		return {
			links: {
				from: Uint32Array.from(all, ({ from }) => from),
				to: Uint32Array.from(all, ({ to }) => to),
				kind: Uint8Array.from(all, ({ kind }) => kind),
			},
			sites: {
				interval: Uint32Array.from(sites, ({ interval }) => interval),
				site: Uint32Array.from(sites, ({ site }) => site),
				weight: Uint32Array.from(sites, ({ weight }) => weight),
			},
			siteNames: [...this.#sites.keys()],
		}
	}
}
