// Writes packages/gen/src/globals.ts: the names that TypeScript's libraries and Node's types declare globally.
// Run it when ts-morph or @types/node is raised.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Project, ts } from 'ts-morph'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const project = new Project({
	compilerOptions: {
		lib: ['lib.esnext.full.d.ts'],
		types: ['node'],
		typeRoots: [join(root, 'node_modules/@types')],
		module: ts.ModuleKind.NodeNext,
	},
	skipAddingFilesFromTsConfig: true,
})
const file = project.createSourceFile(join(root, 'globals-probe.mts'), 'export {}')
const flags = ts.SymbolFlags.Type | ts.SymbolFlags.Value | ts.SymbolFlags.Namespace
const names = project
	.getTypeChecker()
	.compilerObject.getSymbolsInScope(file.compilerNode, flags)
	.map(symbol => symbol.name)
	.filter(name => /^[\w$]+$/.test(name))
const unique = [...new Set(names)].sort()
const lines = []
let line = ''
for (const name of unique) {
	if (line.length + name.length > 136) {
		lines.push(line)
		line = ''
	}
	line += line === '' ? name : ` ${name}`
}
lines.push(line)
writeFileSync(
	join(root, 'packages/gen/src/globals.ts'),
	`// Written by packages/gen/scripts/globals.mjs; do not edit. Names that TypeScript's libraries and Node's types declare globally, so that no program
// has to be loaded to know them.

let names: Set<string> | undefined

/** Whether \`name\` is a global that needs no import. False for globals that a project declares itself. */
export function isGlobal(name: string): boolean {
	names ??= new Set(list.split(/\\s+/))
	return names.has(name)
}

const list = \`
${lines.join('\n')}
\`.trim()
`,
)
console.log(`${unique.length} names`)
