// Directives in functions of published packages, with the parameters that these have.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { compilers } from '../e2e/compilers.js'
import { root } from '../e2e/run.js'
import type { RealPackage } from './packages.js'

/** Copy the sources of a package to `dir`, to be compiled whole with one version of TypeScript. */
export function copySources(
	{ name, from, sources, type, dependencies, compilers }: RealPackage,
	dir: string,
	version: string,
): void {
	cpSync(join(from, sources), join(dir, sources), {
		recursive: true,
		filter: path => !/[\\/](tests|benchmarks)$|tsconfig/.test(path),
	})
	writeFileSync(join(dir, 'package.json'), JSON.stringify({ name, type }))
	for (const [link, to] of [
		['@tsgotrace/runtime', join(root, 'packages/runtime')],
		...dependencies.map(dependency => [dependency, join(root, 'node_modules', dependency)]),
	] as const) {
		mkdirSync(dirname(join(dir, 'node_modules', link)), { recursive: true })
		symlinkSync(to, join(dir, 'node_modules', link))
	}
	const compilerOptions = {
		target: 'es2022',
		lib: ['es2022', 'dom'],
		types: [],
		module: type === 'module' ? 'nodenext' : 'commonjs',
		noEmit: true,
		strict: true,
		strictPropertyInitialization: false,
		useUnknownInCatchVariables: false,
		useDefineForClassFields: false,
		skipLibCheck: true,
		...compilers[version],
	}
	writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: [sources] }))
}

/** Put directives into at most `count` functions that are spread over the sources; returns how many there are. */
export function insertDirectives(dir: string, count: number): number {
	const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
		.filter(file => /(?<!\.d)\.ts$/.test(file) && !file.includes('node_modules'))
		.sort()
	const places = files.flatMap(file => placesIn(join(dir, file)))
	const step = Math.max(1, places.length / count)
	const chosen = Array.from({ length: Math.min(count, places.length) }, (_, i) => places[Math.floor(i * step)]!)
	for (const file of new Set(chosen.map(p => p.file))) {
		let text = readFileSync(file, 'utf8')
		for (const place of chosen.filter(p => p.file === file).sort((a, b) => b.at - a.at)) {
			const nth = chosen.indexOf(place)
			text = `${text.slice(0, place.at)}\n//trace:event ${nth % 5 === 0 ? 'async ' : ''}traceAt${nth}${place.signature}\n${text.slice(place.at)}`
		}
		writeFileSync(file, text)
	}
	return chosen.length
}

interface Place {
	readonly file: string
	/** After the opening brace of the body. */
	readonly at: number
	readonly signature: string
}

/** The functions of a file all of whose parameters have names and types. */
function placesIn(file: string): Place[] {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
	const found: Place[] = []
	const line = (node: ts.Node): string =>
		node
			.getText(source)
			.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
			.replace(/\s+/g, ' ')
	const visit = (node: ts.Node): void => {
		ts.forEachChild(node, visit)
		if (!ts.isFunctionLike(node) || !('body' in node) || !node.body || !ts.isBlock(node.body)) return
		const { parameters, typeParameters } = node
		if (parameters.length === 0 || !parameters.every(p => ts.isIdentifier(p.name) && p.type && p.name.text !== 'this'))
			return
		const params = parameters.map(p => {
			const optional = p.questionToken !== undefined || p.initializer !== undefined
			return `${p.dotDotDotToken ? '...' : ''}${(p.name as ts.Identifier).text}${optional ? '?' : ''}: ${line(p.type!)}`
		})
		// A default value may come before a required parameter.
		if (
			parameters.some(
				(p, i) =>
					p.initializer && parameters.slice(i + 1).some(q => !q.initializer && !q.questionToken && !q.dotDotDotToken),
			)
		)
			return
		const generics = typeParameters === undefined ? '' : `<${typeParameters.map(line).join(', ')}>`
		found.push({ file, at: node.body.getStart(source) + 1, signature: `${generics}(${params.join(', ')})` })
	}
	visit(source)
	return found
}

/** What a compiler says of the sources in `dir`, without the lines. */
export function parseErrors(output: string): string[] {
	return [...output.matchAll(/^(\S+?)\(\d+,\d+\): (error .*)$/gm)].map(m => `${m[1]}: ${m[2]}`).sort()
}

/** The script of a compiler. */
export function compilerOf(version: string): string {
	return compilers[version]!
}
