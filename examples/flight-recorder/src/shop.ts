import { setImmediate, setTimeout } from 'node:timers/promises'
import { traceCacheExpired, tracePageBegin, tracePageEnd, tracePricesBegin, tracePricesEnd } from './ztrace.js'

//trace:event tracePageBegin(id: number, item: string)
//trace:event tracePageEnd(id: number)
//trace:event traceCacheExpired(item: string, used: number)
//trace:event tracePricesBegin(item: string)
//trace:event tracePricesEnd(item: string)

/** A shop with fast pages: prices are cached, each for a number of pages. */
export class Shop {
	readonly #prices = new Map<string, { price: number; used: number }>()
	readonly #lasts: number
	#pages = 0

	constructor(lasts: number) {
		this.#lasts = lasts
	}

	async page(item: string): Promise<string> {
		const id = ++this.#pages
		tracePageBegin(id, item)
		const price = await this.#price(item)
		tracePageEnd(id)
		return `${item}: ${price}`
	}

	async #price(item: string): Promise<number> {
		const cached = this.#prices.get(item)
		if (cached !== undefined && cached.used++ < this.#lasts) {
			await setImmediate()
			return cached.price
		}
		if (cached !== undefined) traceCacheExpired(item, cached.used)
		tracePricesBegin(item)
		// The first price of a thing is known; to find a new one takes its time.
		if (cached !== undefined) await setTimeout(300)
		tracePricesEnd(item)
		const price = item.length
		this.#prices.set(item, { price, used: 0 })
		return price
	}
}
