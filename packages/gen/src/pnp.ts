// Yarn's Plug'n'Play: a file that maps packages to locations, instead of node_modules.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'

interface PnpApi {
	readonly resolveToUnqualified: (
		request: string,
		issuer: string,
		options: { considerBuiltins: boolean },
	) => string | null
}

/**
 * The location of the package `name` for code in `dir`, according to Plug'n'Play. Null without Plug'n'Play, or if `dir`
 * must not use the package.
 */
export function pnpPackage(name: string, dir: string): string | null {
	const file = pnpFile(dir)
	if (file === null) return null
	try {
		const { resolveToUnqualified } = createRequire(file)(file) as PnpApi
		return resolveToUnqualified(name, dir + sep, { considerBuiltins: false })
	} catch {
		// The package is not a dependency. Yarn's own message is about importing code, which does not apply here.
		return null
	}
}

function pnpFile(dir: string): string | null {
	for (let at = dir; ; at = dirname(at)) {
		const file = join(at, '.pnp.cjs')
		if (existsSync(file)) return file
		if (dirname(at) === at) return null
	}
}
