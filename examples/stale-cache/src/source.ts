import { traceTrip } from './ztrace.js'

//trace:event async traceTrip(what: string)   // before each round trip

/** Where articles are kept: a service behind HTTP, say. */
export class Source {
	readonly #articles = new Map<string, string>()

	async load(id: string): Promise<string> {
		if (traceTrip) await traceTrip(`load ${id}`)
		const text = this.#articles.get(id) ?? 'none'
		// Head and body of the response arrive one after the other: what was true when it was sent may no longer be when it is here.
		if (traceTrip) await traceTrip(`body of ${id}`)
		return text
	}

	async store(id: string, text: string): Promise<void> {
		if (traceTrip) await traceTrip(`store ${id}`)
		this.#articles.set(id, text)
	}
}
