import { dirname, sep } from 'node:path'
import { finish, type GenOptions, type GenResult } from './gen.js'
import { Packages } from './npm.js'
import { generatedName } from './scan.js'
import { Session } from './session.js'

const source = /\.([mc]?[jt]sx?|vue|svelte|astro)$/
const config = /(^|[\\/])(package\.json|tsconfig[^\\/]*\.json|\.gitignore)$/

/**
 * Generate once, and then again whenever a source changes: only what the changed directories generate, and what imports them. Our own
 * output triggers nothing unless somebody else changes it. Never returns; ends with the process or with `signal`.
 *
 * @param onResult told of the first run and of each later one that changed something or found something wrong
 */
export async function watch(options: GenOptions, onResult: (result: GenResult) => void, signal?: AbortSignal): Promise<void> {
	const { watch: watchFiles } = await import('chokidar')
	const session = new Session(options.cwd, options.roots)
	const packages = new Packages()
	onResult(finish(await session.run(), session.files, false, [], performance.now()))

	const changed = new Set<string>()
	let structural = false
	let running = false
	/** What we wrote last, so that the news of it starts nothing. */
	const ownWrites = new Set<string>()
	let complained = false

	const run = async (): Promise<void> => {
		if (running) return
		running = true
		while (changed.size > 0 || structural) {
			const start = performance.now()
			const paths = [...changed]
			const all = structural
			changed.clear()
			structural = false
			if (all) session.rescan()
			else session.update(paths)
			const dirs = all ? undefined : new Set(paths.map(path => dirname(path)))
			try {
				const result = finish(await session.run(dirs), session.files, false, [], start)
				for (const path of [...result.written, ...result.removed]) ownWrites.add(path)
				const wrong = result.diagnostics.length > 0 || result.failures.length > 0
				// Silence after trouble would leave it open whether it is over.
				if (result.written.length + result.removed.length > 0 || wrong || complained) onResult(result)
				complained = wrong
			} catch (error) {
				// A file that vanished between two steps: the news of that is on its way.
				if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
				structural = true
			}
		}
		running = false
	}

	const watcher = watchFiles([...options.roots], {
		ignoreInitial: true,
		ignored: (path, stats) => {
			const name = path.slice(path.lastIndexOf(sep) + 1)
			if (name === 'node_modules' || name === '.git') return true
			if (stats?.isFile()) return !source.test(path) && !config.test(path)
			return packages.of(dirname(path))?.outDirs.includes(path) ?? false
		},
	})
	watcher.on('all', (kind, path) => {
		if (generatedName.test(path.slice(path.lastIndexOf(sep) + 1)) && ownWrites.delete(path)) return
		// A directory that comes or goes is heard of by its files.
		if (kind === 'addDir' || kind === 'unlinkDir') return
		if (config.test(path) || kind !== 'change') structural = true
		changed.add(path)
		void run()
	})
	await new Promise<void>((done, fail) => {
		watcher.on('error', fail)
		signal?.addEventListener('abort', () => done(), { once: true })
	})
	await watcher.close()
}
