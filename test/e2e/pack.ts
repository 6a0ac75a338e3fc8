// The packages as npm would publish them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { manifestOf, type PackageJson, published } from '../published.js'
import { root, run } from './run.js'

/** One packed package. */
export interface Tarball {
	/** Folder in the repository. */
	readonly folder: string
	readonly name: string
	readonly path: string
	/** Names of all files in it, sorted. */
	readonly files: readonly string[]
	/** Its package.json. */
	readonly json: PackageJson
}

/** Pack all packages into `dir`. They must have been built. */
export async function packAll(dir: string): Promise<Tarball[]> {
	for (const folder of published)
		if (!existsSync(join(root, folder, 'dist'))) throw new Error(`${folder} is not built: npm run build`)
	// One npm for all: it takes longer to start than to pack.
	const workspaces = published.map(folder => `--workspace=${folder}`)
	const packed = JSON.parse(
		await run('npm', ['pack', '--json', '--pack-destination', dir, ...workspaces], root),
	) as NpmPack[]
	return published.map(folder => {
		const { name } = manifestOf(join(root, folder))
		return tarball(packed.find(p => p.name === name)!, folder, join(root, folder), dir)
	})
}

/** Pack the package in `folder` into `dir`. */
export async function pack(folder: string, dir: string, shown: string = folder): Promise<Tarball> {
	const [packed] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', dir], folder)) as [NpmPack]
	return tarball(packed, shown, folder, dir)
}

function tarball({ name, filename, files }: NpmPack, shown: string, folder: string, dir: string): Tarball {
	return {
		folder: shown,
		name,
		path: join(dir, filename),
		files: files.map(f => f.path).sort(),
		json: manifestOf(folder),
	}
}

interface NpmPack {
	readonly name: string
	readonly filename: string
	readonly files: readonly { readonly path: string }[]
}
