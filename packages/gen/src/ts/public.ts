import { join } from 'node:path'
import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** The names that `pkg` exports, as code in `from` sees it. Empty if its types are not there, because it is not built for instance. */
export function publicNames(pkg: string, from: string, root: string): ReadonlySet<string> {
	const options: ts.CompilerOptions = {
		module: tsc.ModuleKind.NodeNext,
		moduleResolution: tsc.ModuleResolutionKind.NodeNext,
		skipLibCheck: true,
		noEmit: true,
	}
	const resolved = tsc.resolveModuleName(
		pkg,
		join(from, 'importer.mts'),
		options,
		tsc.sys,
		undefined,
		undefined,
		tsc.ModuleKind.ESNext,
	).resolvedModule
	const entry =
		resolved?.resolvedFileName ?? ['src/index.ts', 'index.ts', 'src/main.ts'].map(f => join(root, f)).find(f => tsc.sys.fileExists(f))
	if (entry === undefined) return new Set()
	const program = tsc.createProgram([entry], options)
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
