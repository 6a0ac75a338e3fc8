import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FileModel, NameCheck } from './model.js'
import { cacheDir } from './state.js'
import { generatorVersion } from './version.js'
import { writeFile } from './write.js'

const version = generatorVersion()
const maxModels = 20_000

/** What the file of a cache has. */
interface Stored {
	readonly version: string
	readonly models: Readonly<Record<string, FileModel>>
	readonly checks: Readonly<Record<string, NameCheck>>
}

/**
 * Models of files by their content, so that a run in which nothing changed does not load the compiler. Stored in
 * `node_modules/.cache`; without a node_modules nothing is stored. Losing the cache costs only time.
 */
export class Cache {
	readonly #path: string | null
	readonly #models: Map<string, FileModel>
	readonly #checks: Map<string, NameCheck>
	#changed = false

	private constructor(path: string | null, { models, checks }: Partial<Stored> = {}) {
		this.#path = path
		this.#models = new Map(Object.entries(models ?? {}))
		this.#checks = new Map(Object.entries(checks ?? {}))
	}

	static open(cwd: string): Cache {
		const dir = cacheDir(cwd)
		if (dir === null) return new Cache(null)
		const path = join(dir, 'models.json')
		try {
			const stored = JSON.parse(readFileSync(path, 'utf8')) as Stored
			if (stored.version === version) return new Cache(path, stored)
		} catch {
			// Missing or damaged: start with an empty cache.
		}
		return new Cache(path)
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

	/** What showed that a file uses the names of other modules rightly; undefined if nothing did yet. */
	check(key: string): NameCheck | undefined {
		return this.#checks.get(key)
	}

	setCheck(key: string, check: NameCheck): void {
		this.#checks.delete(key)
		this.#checks.set(key, check)
		this.#changed = true
	}

	save(): void {
		if (this.#path === null || !this.#changed) return
		// The newest are at the end.
		const models = Object.fromEntries([...this.#models].slice(-maxModels))
		const checks = Object.fromEntries([...this.#checks].slice(-maxModels))
		try {
			mkdirSync(dirname(this.#path), { recursive: true })
			writeFile(this.#path, JSON.stringify({ version, models, checks } satisfies Stored))
		} catch {
			// A read-only node_modules must not fail the run.
		}
		this.#changed = false
	}
}
