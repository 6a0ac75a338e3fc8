import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must, tsc, tsgotrace } from '../../across/lib/exec.js'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))

const compilerOptions = {
	target: 'es2022',
	lib: ['es2022', 'esnext.disposable'],
	module: 'nodenext',
	types: [],
	strict: true,
	// The compiler's own libraries are half of what it checks, and no part of the test.
	skipDefaultLibCheck: true,
	verbatimModuleSyntax: true,
	rootDir: 'src',
	outDir: 'out',
}

export interface ProjectOptions {
	/** Changes lib.ts. */
	readonly edit?: Edit
	/** Adds to the sources. */
	readonly prepare?: (src: string) => Promise<void>
	/** Default: true, which means that package.json says nothing about them. */
	readonly sideEffects?: boolean
}

/** A generated and compiled copy of the fixture in `root`. */
export async function project(
	root: string,
	{ edit = same, prepare, sideEffects = true }: ProjectOptions = {},
): Promise<void> {
	const src = join(root, 'src')
	await mkdir(root, { recursive: true })
	await cp(join(fixtures, 'src'), src, { recursive: true })
	const lib = join(src, 'lib.ts')
	await writeFile(lib, edit(await readFile(lib, 'utf8')))
	await prepare?.(src)
	await writeFile(
		join(root, 'package.json'),
		JSON.stringify({ name: 'bundled', type: 'module', ...(sideEffects ? {} : { sideEffects: false }) }),
	)
	await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
	await must(tsgotrace(['gen'], root))
	await must(tsc('7', ['-p', '.'], root))
}

type Edit = (text: string) => string
const same: Edit = text => text

/**
 * Without the events that the bundle does not need. Lines stay where they are, because events have the place of their
 * declaration.
 */
export const withoutUncalled: Edit = text =>
	text
		.replace(/^\/\/trace:event (async )?trace(Beneath|Uncalled|Never).*$/gm, '// no event')
		.replace('traceBeneath, ', '')
		.replace('\ttraceBeneath(id)\n', '\n')

/** Without any event, and without what would signal them. */
export const withoutEvents: Edit = text => {
	const quiet = /\/\*\* Signals nothing.*/s.exec(text)![0]
	return `${quiet}\nexport const save = quiet, savedOn = quiet, work = quiet\n`
}
