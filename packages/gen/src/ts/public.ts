import { join } from 'node:path'
import { ts } from './compiler.js'

/** The names that `pkg` exports, as code in `from` sees it. Empty if its types are not there, because it is not built for instance. */
export function publicNames(pkg: string, from: string, root: string): ReadonlySet<string> {
	const options: ts.CompilerOptions = {
		module: ts.ModuleKind.NodeNext,
		moduleResolution: ts.ModuleResolutionKind.NodeNext,
		skipLibCheck: true,
		noEmit: true,
	}
	const resolved = ts.resolveModuleName(
		pkg,
		join(from, 'importer.mts'),
		options,
		ts.sys,
		undefined,
		undefined,
		ts.ModuleKind.ESNext,
	).resolvedModule
	const entry =
		resolved?.resolvedFileName ?? ['src/index.ts', 'index.ts', 'src/main.ts'].map(f => join(root, f)).find(f => ts.sys.fileExists(f))
	if (entry === undefined) return new Set()
	const program = ts.createProgram([entry], options)
	const file = program.getSourceFile(entry)
	const symbol = file && program.getTypeChecker().getSymbolAtLocation(file)
	return new Set(
		symbol === undefined
			? []
			: program
					.getTypeChecker()
					.getExportsOfModule(symbol)
					.map(s => s.name),
	)
}
