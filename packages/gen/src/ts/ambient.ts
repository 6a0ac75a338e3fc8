import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tsc } from './compiler.js'

/**
 * Which of `names` no global declaration of the program explains. Asked only for names that neither their file nor TypeScript's own
 * libraries declare: a `declare global`, a script, or a package in `types` may.
 *
 * @param files all TypeScript files of the npm package
 */
export function unknownGlobals(names: readonly string[], root: string, files: readonly string[]): string[] {
	const config = tsc.findConfigFile(root, path => tsc.sys.fileExists(path), 'tsconfig.json')
	const parsed =
		config === undefined
			? undefined
			: tsc.getParsedCommandLineOfConfigFile(config, {}, { ...tsc.sys, onUnRecoverableConfigFileDiagnostic: () => {} })
	const declarations = (parsed?.fileNames ?? []).filter(f => /\.d\.[mc]?ts$/.test(f))
	// Of the sources only those that can declare globals: a whole program takes minutes where this takes part of a second.
	const sources = files.filter(f => declaresGlobals(readFileSync(f, 'utf8')))
	const program = tsc.createProgram({
		rootNames: [...new Set([...declarations, ...sources])],
		options: { ...parsed?.options, noEmit: true, skipLibCheck: true, typeRoots: parsed?.options.typeRoots ?? typeRoots(root) },
	})
	const probe = program.getSourceFiles()[0]
	if (probe === undefined) return [...names]
	const flags = tsc.SymbolFlags.Type | tsc.SymbolFlags.Value | tsc.SymbolFlags.Namespace | tsc.SymbolFlags.Alias
	const declared = new Set(
		program
			.getTypeChecker()
			.getSymbolsInScope(probe, flags)
			.map(symbol => symbol.name),
	)
	return names.filter(name => !declared.has(name))
}

function declaresGlobals(text: string): boolean {
	return /\bdeclare\s+global\b/.test(text) || !/^[^\S\r\n]*(?:import|export)\b/m.test(text)
}

function typeRoots(root: string): string[] {
	const found: string[] = []
	for (let dir = root; ; dir = dirname(dir)) {
		found.push(join(dir, 'node_modules', '@types'))
		if (dirname(dir) === dir) return found
	}
}
