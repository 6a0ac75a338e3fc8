import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root, run } from './run.js'

const require = createRequire(join(root, 'package.json'))

/** Paths of `tsc`, by major version. */
export const compilers: Readonly<Record<string, string>> = {
	'5.9': tscOf('typescript-5.9'),
	'6': tscOf('typescript-6'),
	'7': tscOf('typescript'),
}

function tscOf(name: string): string {
	return join(dirname(require.resolve(`${name}/package.json`)), 'bin/tsc')
}

/** Compile the project in `dir`. Fails on any error. */
export async function compile(dir: string, version: keyof typeof compilers = '7'): Promise<void> {
	await run(process.execPath, [compilers[version]!, '-p', dir], dir)
}
