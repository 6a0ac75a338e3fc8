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
		this.#open.push(textOf(args, endArgs, ended))
		if (this.#open.length === detailsPerChunk) this.#close()
		return this.#count++
	}

	/** All of them, and more that are not kept. */
	done(more: readonly string[]): readonly Uint8Array[] {
		const rest = [...this.#open, ...more]
		const chunks = [...this.#chunks]
		for (let at = 0; at < rest.length; at += detailsPerChunk)
			chunks.push(this.#packed(rest.slice(at, at + detailsPerChunk)))
		return chunks
	}

	#close(): void {
		this.#chunks.push(this.#packed(this.#open))
		this.#open = []
	}

	#packed(texts: readonly string[]): Uint8Array {
		return this.#pack(`[${texts.join(',')}]`)
	}
}

/** What a detail is in its chunk. */
export function textOf(args: string, endArgs: string | null, ended: boolean): string {
	return ended && endArgs === null ? args : `[${args},${endArgs ?? 'null'},${ended ? 1 : 0}]`
}
