import { createRequire } from 'node:module'

/** A package that an export needs is not installed. */
export class MissingPackageError extends Error {
	override readonly name = 'MissingPackageError'
	/** The packages to install. */
	readonly packages: readonly string[]

	constructor(purpose: string, packages: readonly string[], options?: ErrorOptions) {
		super(`${purpose} needs packages that are not installed: npm install -D ${packages.join(' ')}`, options)
		this.packages = packages
	}
}

// Not import(): OpenTelemetry's packages also contain modules for bundlers only, which some loaders would choose.
const require = createRequire(import.meta.url)

/**
 * Load packages that only some exports need.
 *
 * @throws {@link MissingPackageError} if one of them is not installed
 */
export function load<T>(purpose: string, packages: readonly string[], get: (require: NodeJS.Require) => T): T {
	try {
		return get(require)
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException
		if (code !== 'MODULE_NOT_FOUND' || !packages.some(name => message.includes(`'${name}'`))) throw error
		throw new MissingPackageError(purpose, packages, { cause: error })
	}
}
