// Golden trees in one directory, generated in the way that a cell of the matrix says.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, gen, list } from '@tsgotrace/gen'
import { goldenNames, readGolden, type Tree, tempDir, writeTree } from '../../packages/gen/test/tree.js'

const top: string = fileURLToPath(new URL('../..', import.meta.url))

/** The compilers, by what their packages are called at the top of the workspace. */
export type Compiler = 'typescript' | 'typescript-6' | 'typescript-5.9'

/** A way to compile. */
export interface Cell {
	readonly name: string
	/** How relative imports end. */
	readonly extension: '.js' | '' | '.ts'
	readonly esm: boolean
	readonly options: Readonly<Record<string, unknown>>
	/** Golden trees that this way does not allow, and why. */
	readonly without?: Readonly<Record<string, string>>
	/** Or all that it is about. */
	readonly only?: readonly string[]
	/** Whether the trees are compiled with the options that they have. Otherwise they get those of the cell. */
	readonly ownOptions?: true
	/** Check declarations with every compiler, ours among them. */
	readonly checksLibraries?: true
	/** Compilers that do not know the way. */
	readonly not?: readonly Compiler[]
}

/** What the strictest users set. */
const strict: Readonly<Record<string, unknown>> = {
	strict: true,
	verbatimModuleSyntax: true,
	isolatedModules: true,
	isolatedDeclarations: true,
	noUnusedLocals: true,
	noUnusedParameters: true,
	exactOptionalPropertyTypes: true,
	noUncheckedIndexedAccess: true,
	noPropertyAccessFromIndexSignature: true,
	noImplicitOverride: true,
	noImplicitReturns: true,
	noFallthroughCasesInSwitch: true,
	declaration: true,
	skipLibCheck: false,
	// The compiler's own libraries are half of what it checks, and no part of the test.
	skipDefaultLibCheck: true,
	target: 'es2022',
	lib: ['es2022'],
	types: ['node'],
	jsx: 'preserve',
	resolveJsonModule: true,
}

/** Golden trees that are not for compilers, and why. */
const never: Readonly<Record<string, string>> = {
	orphans: 'it has a file that is no TypeScript',
	'specifiers-shown': 'its directories differ in what they need of the options',
}

export interface Workshop {
	readonly cell: Cell
	readonly dir: string
	/** Directories with a tsconfig.json to compile. */
	readonly projects: readonly string[]
	/** Ztrace files that were generated, relative to `dir`. */
	readonly generated: readonly string[]
	/** Ids of all events, sorted; those of test files too. */
	readonly events: readonly string[]
	/** Paths of all imports, sorted. */
	readonly imports: readonly string[]
}

/** Write the golden trees for `cell`, and generate. The caller removes the directory. */
export async function setUp(cell: Cell): Promise<Workshop> {
	const dir = tempDir(`compile-${cell.name.replace(/\W+/g, '-')}`)
	const names =
		cell.only ?? goldenNames().filter(name => isGood(name) && !(name in never) && !(name in (cell.without ?? {})))
	for (const name of names) writeTree(join(dir, name), adapt(readGolden(name).before, cell))
	link(join(top, 'packages/runtime'), join(dir, 'node_modules/@tsgotrace/runtime'))
	link(join(top, 'node_modules/@types/node'), join(dir, 'node_modules/@types/node'))
	for (const name of ['net', 'log'])
		link(join(dir, 'monorepo/packages', name), join(dir, 'monorepo/node_modules/@acme', name))
	writeJson(join(dir, 'tsconfig.json'), { compilerOptions: { ...strict, ...cell.options } })

	const { diagnostics, written } = await gen({ roots: [dir], cwd: dir })
	const problems = diagnostics.filter(d => d.severity === 'error')
	if (problems.length > 0) throw new Error(problems.map(d => format(d, dir)).join('\n'))
	const { events, imports } = await list({ targets: ['.'], cwd: dir, tests: true })
	return {
		cell,
		dir,
		projects: cell.ownOptions ? names.map(name => join(dir, name)) : [dir],
		generated: written.map(path => relative(dir, path)).sort(),
		events: events.map(e => e.id).sort(),
		imports: imports.map(i => i.path).sort(),
	}
}

/** Without errors, and not one of those that --fix changes first. */
function isGood(name: string): boolean {
	return !name.startsWith('fix-') && !/: error T/.test(readGolden(name).diagnostics)
}

/** Compile everything to `out`. Returns what the compiler says. */
export async function compile({ dir, projects, cell }: Workshop, compiler: Compiler): Promise<string> {
	// The declarations of Node and of the libraries are checked once: they are the same each time.
	const skip = compiler !== 'typescript' && !cell.checksLibraries
	// Of another compiler.
	rmSync(join(dir, 'out'), { recursive: true, force: true })
	const configs = projects.map(project => {
		const out = join(dir, 'out', relative(dir, project))
		const compilerOptions = {
			outDir: out,
			declarationDir: out,
			rootDir: project,
			declaration: true,
			...(skip && { skipLibCheck: true }),
		}
		const config = join(project, 'tsconfig.compiled.json')
		writeJson(config, { extends: './tsconfig.json', compilerOptions })
		return config
	})
	// All projects in one process: a compiler needs longer to start and to read its own libraries than for one of them.
	return run(process.execPath, [compilerOf(compiler), '-b', '--pretty', 'false', ...configs], dir)
}

/** What the compiler says of the declarations that it has made, as a program sees them that has nothing else. */
export function checkDeclarations({ dir, generated }: Workshop, compiler: Compiler): Promise<string> {
	const files = generated.map(path => path.replace(/ts$/, 'd.ts').replace(/\.([mc])d\.ts$/, '.d.$1ts'))
	const compilerOptions = {
		strict: true,
		module: 'nodenext',
		target: 'es2022',
		lib: ['es2022'],
		types: [],
		noEmit: true,
		skipLibCheck: false,
		// The compiler's own libraries are half of what it checks, and no part of the test.
		skipDefaultLibCheck: true,
	}
	writeJson(join(dir, 'out/tsconfig.json'), { compilerOptions, files })
	return run(process.execPath, [compilerOf(compiler), '-p', join(dir, 'out'), '--pretty', 'false'], dir)
}

function compilerOf(compiler: Compiler): string {
	return join(top, 'node_modules', compiler, 'bin/tsc')
}

/** Output and errors of a program that may fail. */
export function run(program: string, args: readonly string[], cwd: string): Promise<string> {
	const { NODE_OPTIONS: _, ...env } = process.env
	return new Promise(resolve => {
		execFile(program, args, { cwd, env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
			resolve(error === null ? stdout : `${stdout}${stderr}` || error.message)
		})
	})
}

function link(from: string, to: string): void {
	rmSync(to, { recursive: true, force: true })
	mkdirSync(dirname(to), { recursive: true })
	symlinkSync(from, to)
}

function writeJson(path: string, value: unknown): void {
	writeFileSync(path, JSON.stringify(value))
}

/** Files of a tree with relative imports, package.json and options as `cell` wants them. */
function adapt(tree: Tree, cell: Cell): Tree {
	const adapted: Tree = {}
	for (const [path, text] of Object.entries(tree)) {
		if (path.includes('node_modules')) adapted[path] = text
		else if (/(^|\/)package\.json$/.test(path)) adapted[path] = packageJson(text, cell)
		else if (path === 'tsconfig.json' && !cell.ownOptions) continue
		else if (/\.[mc]?tsx?$/.test(path) && !/(^|\/)ztrace/.test(path)) adapted[path] = respell(text, path, tree, cell)
		else adapted[path] = text
	}
	return adapted
}

function packageJson(text: string, cell: Cell): string {
	if (cell.ownOptions) return text
	const { type: _, ...json } = JSON.parse(text) as Record<string, unknown>
	return JSON.stringify(cell.esm ? { ...json, type: 'module' } : json)
}

function respell(text: string, path: string, tree: Tree, cell: Cell): string {
	if (cell.extension === '.js' || cell.ownOptions) return text
	return text.replace(/(["'])(\.{1,2}\/[^"'\n]*)\.([mc]?)js\1/g, (whole, quote: string, base: string, m: string) => {
		const file = `${base}.${m}ts`
		if (cell.extension === '.ts')
			return quote + (`${join(dirname(path), base)}.tsx` in tree ? `${base}.tsx` : file) + quote
		return m === '' ? quote + base + quote : whole
	})
}

/** What {@link drive} did. */
export interface Driven {
	readonly events: readonly string[]
	/** Imported events, and those of them that no module of the workshop has. */
	readonly imported: readonly string[]
	readonly missing: readonly string[]
}

/** Signal every event of the compiled modules, with and without probes. */
export async function drive(workshop: Workshop): Promise<Driven> {
	const { dir, generated, cell } = workshop
	const compiled = generated.map(path => path.replace(/ts$/, 'js'))
	// Node finds no module without its extension, unless it is CommonJS.
	if (cell.extension === '' && cell.esm)
		return driven(await bundle(workshop, writeDriver(join(dir, 'out'), compiled, cell.esm)), dir)
	return driven(writeDriver(join(dir, 'out'), compiled, cell.esm), dir)
}

/** The same with the sources, by a Node that strips their types. */
export async function driveSources({ dir, generated, cell }: Workshop, node: string): Promise<Driven> {
	return driven(writeDriver(dir, generated, cell.esm), dir, node)
}

async function driven(script: string, dir: string, node: string = process.execPath): Promise<Driven> {
	const said = await run(node, ['--no-warnings', script], dir)
	try {
		return JSON.parse(said) as Driven
	} catch {
		throw new Error(said)
	}
}

async function bundle({ dir }: Workshop, script: string): Promise<string> {
	const { build } = await import('esbuild')
	const outfile = join(dir, 'out/drive.bundle.mjs')
	await build({ entryPoints: [script], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
	return outfile
}

/** A program that drives `modules`, which are relative to `dir`. */
function writeDriver(dir: string, modules: readonly string[], esm: boolean): string {
	const source = readFileSync(new URL('drive.mjs', import.meta.url), 'utf8')
	const isEsm = (path: string): boolean => /\.m[jt]s$/.test(path) || (esm && !/\.c[jt]s$/.test(path))
	const loads = modules.map((path, i) =>
		// What `require` gives is live, and what `import` gives of a CommonJS module is not.
		isEsm(path)
			? `import * as z${i} from './${path}'\n`
			: `const z${i} = createRequire(import.meta.url)('./${path}')\n`,
	)
	const names = modules.map((_, i) => `z${i}`).join(', ')
	const script = join(dir, 'drive.mjs')
	mkdirSync(dir, { recursive: true })
	writeFileSync(
		script,
		`import { createRequire } from 'node:module'\n${source}${loads.join('')}drive([${names}]).then(result => console.log(JSON.stringify(result)))\n`,
	)
	return script
}
