import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { compilers } from '../e2e/compilers.js'
import { installPackages } from '../e2e/installed.js'
import { root, run } from '../e2e/run.js'
import { edit } from './edits.js'
import type { RealPackage } from './packages.js'

/** A directory outside the repository where the packed packages are installed. */
export interface Workspace {
	readonly dir: string
	/** `tsgotrace` as npm linked it. */
	readonly bin: string
	readonly remove: () => void
}

/** Install the packed packages for all copies that {@link copy} makes. */
export async function workspace(): Promise<Workspace> {
	const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsgotrace-real-')))
	const remove = (): void => rmSync(dir, { recursive: true, force: true })
	try {
		writeFileSync(join(dir, 'package.json'), '{ "name": "real", "private": true }\n')
		const { bin } = await installPackages(dir, join(dir, 'packed'))
		return { dir, bin, remove }
	} catch (error) {
		remove()
		throw error
	}
}

/** Copy the sources of a package into the workspace, put the events into them, and add the program. */
export function copy(
	{ name, from, sources, type, dependencies, edits, program }: RealPackage,
	workspace: Workspace,
): string {
	const dir = join(workspace.dir, name)
	cpSync(join(from, sources), join(dir, sources), {
		recursive: true,
		filter: path => !/[\\/](tests|benchmarks)$|tsconfig/.test(path),
	})
	const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string }
	writeFileSync(join(dir, 'package.json'), JSON.stringify({ name, version, type }))
	for (const dependency of dependencies) {
		const link = join(dir, 'node_modules', dependency)
		mkdirSync(dirname(link), { recursive: true })
		symlinkSync(join(root, 'node_modules', dependency), link)
	}
	edit(dir, edits)
	mkdirSync(join(dir, 'program'))
	writeFileSync(join(dir, 'program/main.ts'), program)
	return dir
}

/** Configure the compiler and the generator for the copy in `dir` with one version of TypeScript. */
export function configure(dir: string, { sources, entry, type, compilers }: RealPackage, version: string): void {
	const compilerOptions = {
		target: 'es2022',
		lib: ['es2022', 'dom'],
		types: [],
		module: type === 'module' ? 'nodenext' : 'commonjs',
		rootDir: '.',
		outDir: 'dist',
		strict: true,
		// The compiler's own libraries are half of what it checks, and no part of the test.
		skipDefaultLibCheck: true,
		// The style of these sources.
		strictPropertyInitialization: false,
		useUnknownInCatchVariables: false,
		useDefineForClassFields: false,
		...compilers[version],
	}
	writeFileSync(
		join(dir, 'tsconfig.json'),
		JSON.stringify({ compilerOptions, files: [entry, 'program/main.ts'], exclude: [sources] }),
	)
}

/** Compile the copy in `dir` and run its program; returns the lines that it prints. */
export async function compileAndRun(dir: string, version: string): Promise<string[]> {
	rmSync(join(dir, 'dist'), { recursive: true, force: true })
	await run(process.execPath, [compilers[version]!, '-p', dir], dir)
	return (await run(process.execPath, [join(dir, 'dist/program/main.js')], dir)).trimEnd().split('\n')
}

/** Paths of all generated files in `dir`, sorted. */
export function generatedFiles(dir: string): string[] {
	const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
	return files.filter(path => /(^|[\\/])ztrace\.ts$/.test(path) && !path.includes('node_modules')).sort()
}
