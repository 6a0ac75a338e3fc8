import { join } from 'node:path'
import type { ts } from 'ts-morph'
import { readPackageJson } from '../npm.js'
import { tsc } from './compiler.js'

/**
 * The names that `pkg` exports, as code in `from` sees it. Empty if its types are not there, because it is not built
 * for instance.
 */
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
	// Not built, or not where the compiler looks: Plug'n'Play has no node_modules.
	const entries = [...typesOf(root), 'src/index.ts', 'index.ts', 'src/main.ts']
	const entry = resolved?.resolvedFileName ?? entries.map(f => join(root, f)).find(f => tsc.sys.fileExists(f))
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

/** Where the package in `root` says that its types are. */
function typesOf(root: string): string[] {
	const json = readPackageJson(root)
	const main = json?.main?.replace(/\.([mc]?)js$/, '.d.$1ts')
	return [json?.types, json?.typings, main, 'index.d.ts'].filter(file => file !== undefined)
}
