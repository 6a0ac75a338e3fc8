import { readFileSync } from 'node:fs'

/** A name that a generated file still imports although its source does not any more. */
export interface FormerImport {
	readonly module: string
	/** What the directive can say instead of the name. */
	readonly instead: string
}

const declaration =
	/^import type (?:\{ (?<named>.*) \}|\* as (?<namespace>\S+)|(?<other>\S+)) (?:from|= require\()\s*'(?<module>[^']+)'/gm

/** What generated files import, by name. */
export type FormerImports = ReadonlyMap<string, FormerImport>

/**
 * How the generated files at `paths` import types. Tools that remove unused imports take those away that only a
 * directive uses, and the file that was generated before says where they came from.
 */
export function formerImports(paths: readonly string[]): FormerImports {
	const found = new Map<string, FormerImport>()
	const add = (name: string, module: string, instead: string): void => {
		if (!found.has(name)) found.set(name, { module, instead })
	}
	for (const path of paths) {
		for (const { groups } of readFileSync(path, 'utf8').matchAll(declaration)) {
			const { named, namespace, other, module } = groups as { readonly [key: string]: string | undefined }
			const from = `import('${module}')`
			if (namespace !== undefined) add(namespace, module!, from)
			if (other !== undefined) add(other, module!, `${from}.default`)
			for (const item of named?.split(', ') ?? []) {
				const [imported, local = imported!] = item.split(' as ')
				add(local, module!, `${from}.${imported}`)
			}
		}
	}
	return found
}
