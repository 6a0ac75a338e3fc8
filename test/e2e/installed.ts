import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pack, packAll, type Tarball } from './pack.js'
import { app, type Files, library } from './projects.js'
import { run } from './run.js'

/** Projects outside the repository, in which the packed packages are installed. */
export interface Installed {
	readonly tarballs: readonly Tarball[]
	/** A program as ES modules. Everything is installed here. */
	readonly esm: string
	/** The same as CommonJS; it shares what is installed. */
	readonly cjs: string
	/** `tsgotrace` as npm linked it. */
	readonly bin: string
	readonly remove: () => void
}

const install = ['install', '--prefer-offline', '--no-audit', '--no-fund']

/**
 * Pack everything, and install it in empty projects together with a library that was made with it. Nothing is generated
 * or compiled yet.
 */
export async function installAll(compile: (dir: string) => Promise<void>): Promise<Installed> {
	// The real path: it is what programs print.
	const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsgotrace-e2e-')))
	const remove = (): void => rmSync(dir, { recursive: true, force: true })
	try {
		const [esm, cjs, lib, packed] = ['esm', 'cjs', 'lib', 'packed'].map(name => join(dir, name)) as [
			string,
			string,
			string,
			string,
		]
		writeFiles(esm, app('module'))
		const { tarballs, bin } = await installPackages(esm, packed)

		writeFiles(lib, library(runtimeIn(tarballs).json.version))
		symlinkSync(join(esm, 'node_modules'), join(lib, 'node_modules'))
		await run(bin, ['gen'], lib)
		await compile(lib)
		await run('npm', [...install, (await pack(lib, packed)).path], esm)

		writeFiles(cjs, app('commonjs'))
		symlinkSync(join(esm, 'node_modules'), join(cjs, 'node_modules'))
		return { tarballs, esm, cjs, bin, remove }
	} catch (error) {
		remove()
		throw error
	}
}

/** Pack everything into `packed`, and install it in the project in `dir` as a user does. */
export async function installPackages(
	dir: string,
	packed: string,
): Promise<{ tarballs: readonly Tarball[]; bin: string }> {
	mkdirSync(packed)
	const tarballs = await packAll(packed)
	const runtime = runtimeIn(tarballs)
	await run('npm', [...install, runtime.path], dir)
	await run('npm', [...install, '--save-dev', ...tarballs.filter(one => one !== runtime).map(({ path }) => path)], dir)
	return { tarballs, bin: join(dir, 'node_modules/.bin/tsgotrace') }
}

/** What programs depend on, and not only while they are developed. */
function runtimeIn(tarballs: readonly Tarball[]): Tarball {
	return tarballs.find(({ name }) => name === '@tsgotrace/runtime')!
}

/** Write files below `dir`. */
export function writeFiles(dir: string, files: Files): void {
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(dir, path)), { recursive: true })
		writeFileSync(join(dir, path), content)
	}
}
