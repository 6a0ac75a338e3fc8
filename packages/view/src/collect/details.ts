/** Number of details in a chunk: a page unpacks the chunks that it shows. */
export const detailsPerChunk = 4096

/** Compresses a text with gzip, or leaves that out. */
export type Pack = (text: string) => Uint8Array

/** The details of each interval, as packed chunks of JSON. */
export class Details {
	#count = 0
	#open: string[] = []
	readonly #chunks: Uint8Array[] = []
	readonly #pack: Pack

	constructor(pack: Pack) {
		this.#pack = pack
	}

	/**
	 * @param args,endArgs JSON
	 * @returns its number
	 */
	add(args: string, endArgs: string | null, ended: boolean): number {
		this.#open.push(ended && endArgs === null ? args : `[${args},${endArgs ?? 'null'},${ended ? 1 : 0}]`)
		if (this.#open.length === detailsPerChunk) this.#close()
		return this.#count++
	}

	done(): readonly Uint8Array[] {
		if (this.#open.length > 0) this.#close()
		return this.#chunks
	}

	#close(): void {
		this.#chunks.push(this.#pack(`[${this.#open.join(',')}]`))
		this.#open = []
	}
}
