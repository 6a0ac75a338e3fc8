// The packages that are published.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface PackageJson {
	readonly name: string
	readonly version: string
	readonly private?: boolean
	readonly dependencies?: Readonly<Record<string, string>>
}

/** @param folder its absolute path */
export function manifestOf(folder: string): PackageJson {
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson
}

/** Their folders, from the root of the repository. */
export const published: readonly string[] = [
	...readdirSync(join(root, 'packages')).map(name => `packages/${name}`),
	'cmd',
]
	.filter(folder => manifestOf(join(root, folder)).private !== true)
	.sort()
