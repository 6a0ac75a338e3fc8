import { existsSync, statSync } from 'node:fs'
import { basename, dirname, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GenOptions, GenResult } from './gen.js'
import { finish } from './generate.js'
import { Packages } from './npm.js'
import { isWithin } from './paths.js'
import { generatedName, Searched } from './scan.js'
import { Session } from './session.js'

const config = /^(package\.json|tsconfig.*\.json|\.gitignore)$/
const typescript = /\.[mc]?tsx?$/

/** Options of `watch`. */
export interface WatchOptions extends GenOptions {
	/** Ends the watching. */
	readonly signal?: AbortSignal
	/** Called when all later changes will be noticed. */
	readonly onReady?: () => void
}

/**
 * Generate once, and then again whenever a source changes, only for the changed directories and those that import their
 * events. Our own output triggers nothing unless another program changes it. Never returns; ends with the process or
 * with `signal`.
 *
 * @param onResult called after the first run, and after each later run that changed something or found an error
 */
export async function watch(options: WatchOptions, onResult: (result: GenResult) => void): Promise<void> {
	const { watch: watchFiles } = await import('chokidar')
	const { roots, signal } = options
	const runs = new Runs(options, onResult)
	await runs.start()
	let packages = new Packages()
	const search = (): Searched => new Searched([...roots, ...runs.elsewhere], packages)
	let searched = search()
	/** Including the packages that imports lead to. */
	const watched = [...roots, ...runs.elsewhere]
	// Directories rather than files: of several files in one directory that do not exist yet, chokidar notices only one.
	const above = configAbove(roots, packages)
	const watcher = watchFiles([...watched, ...above], {
		ignoreInitial: true,
		ignored: (path, stats) => {
			if (stats === undefined || watched.includes(path) || above.includes(path)) return false
			if (stats.isFile() && config.test(basename(path))) return false
			return !watched.some(root => isWithin(path, root)) || !searched.has(path, stats.isDirectory())
		},
	})
	const ended = new Promise<void>((done, fail) => {
		runs.onError = fail
		runs.onElsewhere = root => {
			watched.push(root)
			searched = search()
			watcher.add(root)
		}
		watcher.on('error', fail)
		watcher.on('all', (kind, path) => {
			if (config.test(basename(path))) {
				packages = new Packages()
				searched = search()
			}
			if (runs.hear(kind, path)) void runs.run()
		})
		watcher.on('ready', () => {
			runs.hearAll()
			void runs.run()
			options.onReady?.()
		})
		signal?.addEventListener('abort', () => done(), { once: true })
		if (signal?.aborted) done()
	})
	try {
		await ended
	} finally {
		runs.end()
		await watcher.close()
	}
}

/** Directories above the roots with files that affect sources below them. */
function configAbove(roots: readonly string[], packages: Packages): string[] {
	const found = new Set<string>()
	for (const root of roots) {
		found.add(packages.of(root)?.root ?? root)
		const broken = packages.brokenAbove(root)
		if (broken !== undefined) found.add(dirname(broken.diagnostic.file))
	}
	return [...found].filter(dir => !roots.includes(dir))
}

/** The runs of a session, one after the other, each for the changes reported until then. */
class Runs {
	readonly #session: Session
	readonly #roots: readonly string[]
	readonly #onResult: (result: GenResult) => void
	readonly #changed = new Set<string>()
	/** Files were added or removed, or the configuration changed. */
	#structural = false
	#running = false
	/** Our last output, so that its change notification triggers nothing. */
	readonly #ownWrites = new Set<string>()
	/** The errors of the last run, and whether the next run is triggered by something other than a change. */
	#wrong = '[]'
	#repeat = false
	/** The content of the files of the last runs, from before these runs. */
	readonly #recent = new Map<string, string>()
	#timer: NodeJS.Timeout | undefined
	/** Packages that imports have led to, and whether one of them has changed. */
	readonly #elsewhere = new Set<string>()
	#allUnits = false
	onError: (error: unknown) => void = () => {}
	onElsewhere: (root: string) => void = () => {}

	constructor(options: WatchOptions, onResult: (result: GenResult) => void) {
		this.#session = new Session(options.cwd, options.roots)
		this.#roots = options.roots
		this.#onResult = onResult
	}

	/** Roots of packages that imports have led to. */
	get elsewhere(): string[] {
		return [...this.#elsewhere]
	}

	async start(): Promise<void> {
		this.#report(await this.#once(undefined), true)
	}

	/** Record a change. Returns whether it triggers a run. */
	hear(kind: string, path: string): boolean {
		// A directory that is added or removed is reported by its files.
		if (kind === 'addDir' || kind === 'unlinkDir') return false
		const name = basename(path)
		if (generatedName.test(name) && this.#ownWrites.delete(path)) return false
		const isOurs = this.#roots.some(root => isWithin(path, root))
		if (!isOurs && typescript.test(name) && this.elsewhere.some(root => isWithin(path, root))) {
			if (generatedName.test(name)) return false
			this.#allUnits = true
		} else if (kind !== 'change' || config.test(name) || !typescript.test(name)) this.#structural = true
		else if (!generatedName.test(name) && !this.#session.has(path)) return false
		this.#changed.add(path)
		return true
	}

	/** Read everything again, in case a change was not reported. */
	hearAll(): void {
		this.#structural = true
		this.#repeat = true
	}

	async run(): Promise<void> {
		if (this.#running) return
		this.#running = true
		while (this.#changed.size > 0 || this.#structural) {
			// Writing a file first empties it. An empty file will be filled in a moment, so nothing is removed because of it.
			if ([...this.#changed].some(path => statSync(path, { throwIfNoEntry: false })?.size === 0)) await sleep(50)
			const paths = [...this.#changed]
			const rescans = this.#structural
			const all = rescans || this.#allUnits
			const stamps = new Map(paths.map(path => [path, stamp(path)]))
			this.#changed.clear()
			this.#structural = false
			this.#allUnits = false
			try {
				if (rescans) this.#session.rescan()
				else this.#session.update(paths)
				this.#report(await this.#once(all ? undefined : new Set(paths.map(path => this.#session.homeOf(path)))), false)
				this.#lookAgain(stamps)
			} catch (error) {
				// A file that was removed between two steps: the notification is on its way.
				if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !this.#roots.every(root => existsSync(root + sep)))
					return this.onError(error)
				this.#structural = true
				await sleep(50)
			}
		}
		this.#running = false
	}

	end(): void {
		this.#running = true
		clearTimeout(this.#timer)
	}

	/**
	 * Of two changes within 5 ms, chokidar reports only the first, and writing a file is two changes: it is emptied, then
	 * filled.
	 */
	#lookAgain(stamps: ReadonlyMap<string, string>): void {
		for (const path of stamps.keys()) this.#recent.set(path, stamps.get(path)!)
		clearTimeout(this.#timer)
		this.#timer = setTimeout(() => {
			for (const [path, before] of this.#recent) if (stamp(path) !== before) this.#changed.add(path)
			this.#recent.clear()
			void this.run()
		}, 20)
	}

	async #once(dirs: ReadonlySet<string> | undefined): Promise<GenResult> {
		const start = performance.now()
		const outcome = await this.#session.run(dirs)
		for (const root of this.#session.elsewhere) {
			if (this.#elsewhere.has(root)) continue
			this.#elsewhere.add(root)
			this.onElsewhere(root)
		}
		return finish(outcome, this.#session.files, false, [], start)
	}

	#report(result: GenResult, first: boolean): void {
		for (const path of [...result.written, ...result.removed]) this.#ownWrites.add(path)
		const wrong = JSON.stringify([...result.diagnostics, ...result.failures])
		// After errors, also report that they are gone.
		const news =
			result.written.length + result.removed.length > 0 || wrong !== this.#wrong || (wrong !== '[]' && !this.#repeat)
		this.#repeat = false
		this.#wrong = wrong
		if (first || news) this.#onResult(result)
	}
}

/** Distinguishes states of a file. */
function stamp(path: string): string {
	const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
	return stat === undefined ? '' : `${stat.mtimeNs} ${stat.size}`
}
