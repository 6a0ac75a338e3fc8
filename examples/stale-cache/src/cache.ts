/** Keeps what a loader has loaded. */
export class Cache {
	protected readonly values = new Map<string, string>()
	protected readonly load: (key: string) => Promise<string>

	constructor(load: (key: string) => Promise<string>) {
		this.load = load
	}

	/** The mistake: it checks, waits and acts. A value that was removed during the wait is put back, and stays forever. */
	async get(key: string): Promise<string> {
		const known = this.values.get(key)
		if (known !== undefined) return known
		const value = await this.load(key)
		this.values.set(key, value)
		return value
	}

	/** The value has changed: whoever asks next shall get the new one. */
	remove(key: string): void {
		this.values.delete(key)
	}
}

/** The same without the mistake: a load that has been overtaken by a removal is not kept. */
export class FixedCache extends Cache {
	readonly #loading = new Map<string, Promise<string>>()

	override async get(key: string): Promise<string> {
		const known = this.values.get(key)
		if (known !== undefined) return known
		// Who asks during a load waits for the same one, which the naive cache does not do either.
		const before = this.#loading.get(key)
		if (before !== undefined) return before
		const loading = this.load(key)
		this.#loading.set(key, loading)
		try {
			const value = await loading
			// Only if it is still this load that counts.
			if (this.#loading.get(key) === loading) this.values.set(key, value)
			return value
		} finally {
			if (this.#loading.get(key) === loading) this.#loading.delete(key)
		}
	}

	override remove(key: string): void {
		super.remove(key)
		this.#loading.delete(key)
	}
}
