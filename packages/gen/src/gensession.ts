import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { GenOptions, GenResult } from './gen.js'
import { finish } from './generate.js'
import { isTypeScript } from './inuse.js'
import { isWithin } from './paths.js'
import { generatedName } from './scan.js'
import { Session } from './session.js'

const config = /^(package\.json|tsconfig.*\.json|\.gitignore)$/

/**
 * Generates repeatedly for tools that learn of changes by other means than {@link watch}: a bundler plugin, a language
 * server. Calls wait for each other, so they may overlap.
 */
export class GenSession {
	readonly #session: Session
	readonly #check: boolean
	#last: Promise<unknown> = Promise.resolve()

	constructor({ cwd, roots, check = false, onProgress }: GenOptions) {
		this.#session = new Session(cwd, roots, onProgress)
		this.#check = check
	}

	/** Search all sources and generate. */
	generate(): Promise<GenResult> {
		return this.#next(() => {
			this.#session.rescan()
			return undefined
		})
	}

	/**
	 * Generate what depends on these files (absolute paths), which were changed, added or removed: their directories, and
	 * directories that import events of those. The result has all diagnostics.
	 */
	changed(paths: readonly string[]): Promise<GenResult> {
		return this.#next(() => {
			const own = paths.filter(path => this.concerns(path))
			const known = own.every(
				path => existsSync(path) && (this.#session.has(path) || generatedName.test(basename(path))),
			)
			// An update forgets the targets of imports.
			const elsewhere = own.some(path => this.#isElsewhere(path))
			if (known) this.#session.update(own)
			else this.#session.rescan()
			return known && !elsewhere ? new Set(own.map(path => this.#session.homeOf(path))) : undefined
		})
	}

	/** Whether a change of the file may change the output. True for more files than those with directives. */
	concerns(path: string): boolean {
		const name = basename(path)
		if (!config.test(name) && !isTypeScript(name)) return false
		return this.#isElsewhere(path) || this.#session.roots.some(root => isWithin(path, root))
	}

	#isElsewhere(path: string): boolean {
		return this.#session.elsewhere.some(root => isWithin(path, root))
	}

	#next(prepare: () => ReadonlySet<string> | undefined): Promise<GenResult> {
		const run = async (): Promise<GenResult> => {
			const start = performance.now()
			const outcome = await this.#session.run(prepare())
			return finish(outcome, this.#session.files, this.#check, [], start)
		}
		const result = this.#last.then(run, run)
		this.#last = result
		return result
	}
}
