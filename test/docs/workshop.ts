// All code of the documents in one temporary directory: each page is a project there.
//
//   ```ts, first line `// path.ts`   a file of the page's project; a directory before src/ or test/ is an npm package of its own
//   ```ts, anything else             a program of its own in the page's src/, run after everything is compiled
//   ```text                          what the program above it prints
//   ```console                       commands after `$ `, run in order, and what they print: `npx tsgotrace …`, and test runners on the page's files
//   <!-- excerpt: path.ts -->        the block is part of that file, of the page or below examples/; a line `…` replaces what is left out
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type Block, type Page, root } from './markdown.js'

/** A program to run, and what it must print, if the document says so. */
export interface Program {
	/** `README.md:12` */
	readonly name: string
	readonly cwd: string
	readonly script: string
	readonly expected: string | null
}

/** A page laid out as a project. */
export interface Project {
	readonly page: string
	readonly dir: string
	/** Names of the npm packages in it, by directory; `.` is the page itself. */
	readonly packages: ReadonlyMap<string, string>
	readonly programs: readonly Program[]
}

export function makeWorkshop(): string {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-docs-'))
	// Only what the documents say to install, and Node's types.
	link(join(root, 'packages/runtime'), join(dir, 'node_modules/@tsgotrace/runtime'))
	for (const name of ['gen', 'tracetest', 'trace', 'record', 'exec', 'tree', 'live', 'view'])
		link(join(root, 'packages', name), join(dir, 'node_modules/@tsgotrace', name))
	for (const name of ['@types/node', 'vitest', 'fast-check'])
		link(join(root, 'node_modules', name), join(dir, 'node_modules', name))
	const compilerOptions = {
		target: 'es2022',
		lib: ['es2022'],
		module: 'nodenext',
		types: ['node'],
		strict: true,
		verbatimModuleSyntax: true,
		isolatedModules: true,
		exactOptionalPropertyTypes: true,
		noUncheckedIndexedAccess: true,
	}
	writeFileSync(
		join(dir, 'tsconfig.json'),
		JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.mts', '**/*.cts'] }),
	)
	return dir
}

/** Write the files of a page. */
export function layOut(workshop: string, page: Page): Project {
	const dir = join(workshop, page.name.replace(/\W+/g, '-'))
	const packages = new Map<string, string>()
	const programs: Program[] = []
	const write = (path: string, text: string): string => {
		const packageDir = /^(?:(.+)\/)?(?:src|test)\/[^/]/.exec(path)?.[1] ?? '.'
		packages.set(packageDir, packageDir === '.' ? 'hello' : packageDir)
		const absolute = join(dir, path)
		mkdirSync(dirname(absolute), { recursive: true })
		writeFileSync(absolute, text)
		return absolute.replace(/\.ts$/, '.js')
	}
	for (const block of page.blocks) {
		if (block.mark.startsWith('tested by ')) {
			const file = block.mark.slice('tested by '.length)
			if (!existsSync(join(root, file))) throw new Error(`${page.name}:${block.line}: ${file} does not exist`)
		} else if (block.language === 'text') {
			const program = programs.pop()
			if (program === undefined || program.expected !== null)
				throw new Error(`${page.name}:${block.line}: there is no program above it`)
			programs.push({ ...program, expected: block.text })
		} else if (block.language === 'ts' && block.mark === '') {
			const path = fileOf(block)
			if (path !== null && existsSync(join(dir, path)))
				throw new Error(`${page.name}:${block.line}: ${path} is shown twice`)
			const script = write(path ?? `src/block${block.line}.ts`, block.text)
			const cwd = path === null ? dir : join(script, '../..')
			if (path === null || /\bmain\.ts$/.test(path))
				programs.push({ name: `${page.name}:${block.line}`, cwd, script, expected: null })
		}
	}
	for (const [at, name] of packages) describePackage(join(dir, at), name, [...packages.values()], dir)
	return { page: page.name, dir, packages, programs }
}

/** The path in the first line, if the block has one. */
export function fileOf(block: Block): string | null {
	return /^\/\/ ([\w@./-]+\.[mc]?tsx?)\n/.exec(block.text)?.[1] ?? null
}

function describePackage(dir: string, name: string, siblings: readonly string[], page: string): void {
	const exports: Record<string, unknown> = { './ztrace': { types: './src/ztrace.ts' } }
	const entry = ['index', 'main'].find(file => existsSync(join(dir, 'src', `${file}.ts`))) ?? name
	exports['.'] = { types: `./src/${entry}.ts`, default: `./src/${entry}.js` }
	const dependencies = Object.fromEntries(
		['@tsgotrace/runtime', ...siblings.filter(s => s !== name)].map(s => [s, '*']),
	)
	writeFileSync(
		join(dir, 'package.json'),
		JSON.stringify({ name, version: '1.0.0', type: 'module', exports, dependencies }, null, '\t'),
	)
	if (dir !== page) link(dir, join(page, 'node_modules', name))
}

function link(target: string, path: string): void {
	mkdirSync(dirname(path), { recursive: true })
	symlinkSync(target, path, 'junction')
}

let runs = 0

/** Run a script. Returns all that it prints, as on a terminal, and its exit code. */
export async function node(
	args: readonly string[],
	cwd: string,
	more: Readonly<Record<string, string>> = {},
): Promise<{ output: string; code: number }> {
	const env = { ...process.env, FORCE_COLOR: undefined, NODE_ENV: undefined, VITEST: undefined, ...more }
	// One file for both streams keeps their order.
	const path = join(tmpdir(), `tsgotrace-docs-${process.pid}-${runs++}`)
	const file = openSync(path, 'w')
	try {
		const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', file, file] })
		const [code] = (await once(child, 'close')) as [number]
		return { output: readFileSync(path, 'utf8'), code }
	} finally {
		closeSync(file)
		rmSync(path)
	}
}

/** Whether a console block runs tests, for which everything must be generated. */
export function runsTests(block: Block): boolean {
	return /^\$ .*\bnpx vitest\b/m.test(block.text)
}

/** Whether a console block runs the programs of the page, for which they must be compiled. */
export function runsPrograms(block: Block): boolean {
	return /^\$ npx tsgotrace \w+ .*-- node /m.test(block.text)
}

/** Run the commands of a console block in `cwd`. Returns what a person sees. */
export async function runConsole(block: Block, cwd: string): Promise<string> {
	let seen = ''
	for (const [, command] of block.text.matchAll(/^\$ (.*)$/gm)) {
		const match = /^((?:[A-Z_]+=\S+ )*)npx (tsgotrace|vitest)(?: (.*))?$/.exec(command!)
		if (match === null) throw new Error(`only npx tsgotrace and npx vitest can be run here: ${command}`)
		const [, variables, program, rest] = match
		const env = Object.fromEntries(
			variables!
				.split(' ')
				.filter(Boolean)
				.map(pair => pair.split('=') as [string, string]),
		)
		// Quotes of a POSIX shell.
		const args = [...(rest ?? '').matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word)
		const tsgotrace = program === 'tsgotrace'
		const bin = tsgotrace ? 'cmd/bin/tsgotrace.js' : 'node_modules/vitest/vitest.mjs'
		const { output } = await node([join(root, bin), ...args, ...(tsgotrace ? [] : ['--no-color'])], cwd, env)
		seen += `$ ${command}\n${tsgotrace ? output : essence(output)}`
	}
	return seen
}

/** What vitest says of tests, without its title, its ruler and its times. */
function essence(output: string): string {
	return stripVTControlCharacters(output)
		.replace(/^[^]*?\n RUN .*\n/, '')
		.replace(/^⎯+(\[\d+\/\d+\]⎯*)?$|^⎯+ Failed Tests \d+ ⎯+$|^ +(Start at|Duration) .*$/gm, '')
		.replace(/\n{3,}/g, '\n\n')
		.replace(/^\n+|\n+$/g, '')
		.concat('\n')
}

/** What differs from run to run: durations, versions, the directory. */
export function mask(text: string): string {
	return text
		.replace(/\(\d+ ms\)/g, '(# ms)')
		.replace(/\b\d+(\.\d+)? ?ms\b/g, '# ms')
		.replace(/"ms": \d+/g, '"ms": #')
		.replace(/\b\d+(\.\d+)? (s|µs|kB)\b/g, '# $2')
		.replace(/^\d+\.\d{9} \d+(?=\/main )/gm, '#.# #')
		.replace(/\(\d+\.\d+\.\d+\)/g, '(#.#.#)')
		.replace(/\b[\d,]+ runs\/s/g, '# runs/s')
		.replace(/ +# ms$/gm, ' # ms')
		.replace(/\n+$/, '\n')
}

/** Compile everything that is in the workshop. Returns what the compiler says. */
export async function compile(workshop: string): Promise<string> {
	const tsc = join(dirname(createRequire(join(root, 'x.js')).resolve('typescript/package.json')), 'bin/tsc')
	return (await node([tsc, '-p', workshop, '--pretty', 'false'], workshop)).output
}

/** Whether the parts of an excerpt are in a file, in order. */
export function isExcerpt(block: Block, file: string): boolean {
	const text = readFileSync(file, 'utf8')
	let at = 0
	for (const part of block.text.split(/^\s*…\n/m)) {
		const found = text.indexOf(part, at)
		if (found < 0) return false
		at = found + part.length
	}
	return true
}
