// Yarn's Plug'n'Play: instead of node_modules there is a file that knows where each package is.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'

interface PnpApi {
	readonly resolveToUnqualified: (request: string, issuer: string, options: { considerBuiltins: boolean }) => string | null
}

/** Where Plug'n'Play says that the package `name` is, for code in `dir`. Null without Plug'n'Play, or if `dir` may not use the package. */
export function pnpPackage(name: string, dir: string): string | null {
	const file = pnpFile(dir)
	if (file === null) return null
	try {
		const { resolveToUnqualified } = createRequire(file)(file) as PnpApi
		return resolveToUnqualified(name, dir + sep, { considerBuiltins: false })
	} catch {
		// It is not among the dependencies. Yarn's own message is about the import of code, which this is not.
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
