import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.js'

/**
 * The files that the tarball of the package in `folder` must have: what its sources are compiled to, and the few
 * others. So a test in it shows, and a file in dist whose source is gone.
 */
export function expectedFiles(folder: string): string[] {
	const dir = join(root, folder)
	const all = readdirSync(join(dir, 'src'), { recursive: true, encoding: 'utf8' }).filter(path => /\.\w+$/.test(path))
	const sources = all.filter(path => path.endsWith('.ts'))
	const compiled = (to: string, of: readonly string[] = sources): string[] =>
		of.flatMap(path =>
			['.d.ts', '.d.ts.map', '.js', '.js.map'].map(end => `${to}/${path.slice(0, -'.ts'.length)}${end}`),
		)
	const files: Readonly<Record<string, readonly string[]>> = {
		'packages/runtime': [
			...sourceFiles(sources),
			...compiled('dist'),
			...compiled('dist/cjs'),
			...joined(join(root, 'packages/runtime/dist/bundle'), ['index.js', 'gen1.js']),
			'dist/cjs/package.json',
		],
		'packages/gen': [...sourceFiles(sources), ...compiled('dist')],
		// What is loaded before a program is CommonJS, with what it imports.
		'packages/record': [
			...sourceFiles(sources),
			...compiled('dist'),
			...compiled(
				'dist/cjs',
				sources.filter(path => !path.startsWith('launch/') && path !== 'index.ts' && path !== 'profile/index.ts'),
			),
			...joined(join(root, 'packages/record/dist/bundle'), [
				'index.js',
				'encoders.js',
				'launch.js',
				'live.js',
				'profile.js',
			]),
			'dist/cjs/package.json',
			'preload.cjs',
			'preload.d.cts',
			'preload-profile.cjs',
		],
		'packages/trace': [
			...sourceFiles(sources),
			...compiled('dist'),
			...compiled(
				'dist/cjs',
				sources.filter(path => path.startsWith('format/')),
			),
			'dist/cjs/package.json',
			'FORMAT.md',
		],
		'packages/exec': [
			...sourceFiles(sources),
			...compiled('dist'),
			...compiled(
				'dist/cjs',
				sources.filter(
					path => !/^(front|launch|control|runners)\//.test(path) && path !== 'index.ts' && path !== 'events.ts',
				),
			),
			...joined(join(root, 'packages/exec/dist/bundle'), [
				'index.js',
				'control.js',
				'node-test.js',
				'vitest.js',
				'full.cjs',
			]),
			// What is executed in a process that runs.
			'dist/injected.cjs',
			'dist/cjs/package.json',
			'preload.cjs',
			'preload.d.cts',
		],
		'packages/tracetest': [...sourceFiles(sources), ...compiled('dist')],
		'packages/tree': [...sourceFiles(sources), ...compiled('dist')],
		// What is executed in other processes is one text, bundled from the sources.
		'packages/live': [...sourceFiles(sources), ...compiled('dist'), 'dist/agent.cjs'],
		// The page is one file, bundled from its sources.
		'packages/view': [
			...sourceFiles(all),
			...compiled(
				'dist',
				sources.filter(path => !path.startsWith('page/')),
			),
			'dist/page.html',
		],
		// The command is not a library: users do not step into its sources.
		cmd: [...compiled('dist'), 'bin/tsgotrace.js'],
	}
	const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { scripts: { prepack: string } }
	const pages = scripts.prepack.split(' ').filter(word => word.endsWith('.md'))
	// npm adds these by itself where they are.
	const added = ['LICENSE', 'README.md', 'CHANGELOG.md'].filter(name => existsSync(join(dir, name)))
	return [...files[folder]!, ...pages.map(page => `docs/${page}`), ...added, 'package.json'].sort()
}

function sourceFiles(sources: readonly string[]): string[] {
	return sources.map(path => `src/${path}`)
}

/** The entries whose modules are joined into few files, and the files that they share, each with its map. */
function joined(folder: string, entries: readonly string[]): string[] {
	const found = new Set(entries)
	// A Set that grows while it is walked is walked to its end.
	for (const name of found)
		for (const [, other] of readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
			found.add(other!)
	return [...found].flatMap(name => [`dist/bundle/${name}`, `dist/bundle/${name}.map`])
}
