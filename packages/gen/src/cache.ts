import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileModel } from './model.js'
import { cacheDir } from './state.js'
import { generatorVersion } from './version.js'
import { writeFile } from './write.js'

const version = generatorVersion()
const maxModels = 20_000

/**
 * Models of files by their content, so that a run in which nothing changed does not load the compiler. Stored in
 * `node_modules/.cache`; without a node_modules nothing is stored. Losing the cache costs only time.
 */
export class Cache {
	readonly #path: string | null
	readonly #models: Map<string, FileModel>
	#changed = false

	private constructor(path: string | null, models: Map<string, FileModel>) {
		this.#path = path
		this.#models = models
	}

	static open(cwd: string): Cache {
		const dir = cacheDir(cwd)
		if (dir === null) return new Cache(null, new Map())
		const path = join(dir, 'models.json')
		try {
			const stored = JSON.parse(readFileSync(path, 'utf8')) as { version: string; models: Record<string, FileModel> }
			if (stored.version === version) return new Cache(path, new Map(Object.entries(stored.models)))
		} catch {
			// Missing or damaged: start with an empty cache.
		}
		return new Cache(path, new Map())
	}

	/** The key of a file: its text and everything else that its model depends on. */
	static key(path: string, text: string): string {
		return createHash('sha1')
			.update(`${version}\0${/\.[^.]*$/.exec(path)?.[0]}\0${text}`)
			.digest('base64url')
	}

	get(key: string): FileModel | undefined {
		return this.#models.get(key)
	}

	set(key: string, model: FileModel): void {
		this.#models.delete(key)
		this.#models.set(key, model)
		this.#changed = true
	}

	save(): void {
		if (this.#path === null || !this.#changed) return
		// The newest are at the end.
		const models = Object.fromEntries([...this.#models].slice(-maxModels))
		try {
			mkdirSync(dirname(this.#path), { recursive: true })
			writeFile(this.#path, JSON.stringify({ version, models }))
		} catch {
			// A read-only node_modules must not fail the run.
		}
		this.#changed = false
	}
}
