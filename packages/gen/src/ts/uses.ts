import type { ts } from 'ts-morph'
import type { ZtraceUse } from '../model.js'
import { tsc } from './compiler.js'

/** Where a module specifier ends that names a generated file. */
const ztrace = /(^|\/)ztrace(_test)?(\.[mc]?[jt]s)?$/

/**
 * All strings of a file that name a ztrace module: of imports and exports, of `import()`, `require` and
 * `typeof import()`, and of calls that take a module's name, such as those of test runners.
 */
export function ztraceUses(file: ts.SourceFile): ZtraceUse[] {
	if (!file.text.includes('/ztrace')) return []
	const uses: ZtraceUse[] = []
	const pending: ts.Node[] = [file]
	for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
		if (tsc.isStringLiteralLike(node) && ztrace.test(node.text))
			uses.push({ module: node.text, names: namesOf(node), start: node.getStart(file), end: node.end })
		tsc.forEachChild(node, child => void pending.push(child))
	}
	return uses.sort((a, b) => a.start - b.start)
}

/** The exported names that an import or export asks for; null if it may be any. */
function namesOf({ parent }: ts.Node): readonly string[] | null {
	const bindings = tsc.isImportDeclaration(parent)
		? parent.importClause?.name === undefined && parent.importClause?.namedBindings
		: tsc.isExportDeclaration(parent) && parent.exportClause
	if (!bindings || !(tsc.isNamedImports(bindings) || tsc.isNamedExports(bindings))) return null
	return [...bindings.elements].map(element => (element.propertyName ?? element.name).text)
}
