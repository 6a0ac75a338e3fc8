import { createRequire } from 'node:module'

/** A package that an export needs, and that is not installed. */
export class MissingPackageError extends Error {
	override readonly name = 'MissingPackageError'
	/** What to install. */
	readonly packages: readonly string[]

	constructor(purpose: string, packages: readonly string[], options?: ErrorOptions) {
		super(`${purpose} needs packages that are not installed: npm install -D ${packages.join(' ')}`, options)
		this.packages = packages
	}
}

// Not import(): the packages of OpenTelemetry have modules for bundlers only, which is what some loaders would take.
const require = createRequire(import.meta.url)

/**
 * Load packages that only some exports need.
 *
 * @throws {@link MissingPackageError} if one of them is not there
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
