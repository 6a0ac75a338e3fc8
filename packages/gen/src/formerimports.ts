import { readFileSync } from 'node:fs'

/** A name that a generated file still imports although its source does not any more. */
export interface FormerImport {
	readonly module: string
	/** What the directive can say instead of the name. */
	readonly instead: string
}

const declaration = /^import type (?:\{ (?<named>.*) \}|\* as (?<namespace>\S+)|(?<other>\S+)) (?:from|= require\()\s*'(?<module>[^']+)'/gm

/**
 * How one of the generated files at `paths` imports `name`, or null. Tools that remove unused imports take those away that only a
 * directive uses, and the file that was generated before tells where they came from.
 */
export function formerImport(name: string, paths: readonly string[]): FormerImport | null {
	for (const path of paths) {
		for (const { groups } of readFileSync(path, 'utf8').matchAll(declaration)) {
			const { named, namespace, other, module } = groups as { readonly [key: string]: string | undefined }
			const from = `import('${module}')`
			if (namespace === name) return { module: module!, instead: from }
			if (other === name) return { module: module!, instead: `${from}.default` }
			for (const item of named?.split(', ') ?? []) {
				const [imported, local = imported] = item.split(' as ')
				if (local === name) return { module: module!, instead: `${from}.${imported}` }
			}
		}
	}
	return null
}
