// Builds the fixture as users build: TypeScript to ES modules and to CommonJS, and esbuild to a bundle.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { derive, variants } from './variants.mjs'
import { folderOf } from './versions.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const fixture = join(root, 'bench/fixture')
export const cli = join(root, 'cmd/bin/tsgotrace.js')
const tsc = join(folderOf('typescript'), 'bin/tsc')

/** Generate the fixture's ztrace.ts with the real generator. */
export function generate() {
	execFileSync(process.execPath, [cli, 'gen', '--quiet', fixture], { stdio: 'inherit' })
	if (!existsSync(join(fixture, 'src/ztrace.ts'))) throw new Error('tsgotrace gen wrote no ztrace.ts')
}

/**
 * Compile `src` of `dir` to `dir`/esm or `dir`/cjs.
 *
 * @param {string} dir
 * @param {'esm' | 'cjs'} format
 */
function compile(dir, format) {
	const outDir = join(dir, format)
	const config = join(dir, `tsconfig.${format}.json`)
	const compilerOptions = {
		rootDir: join(dir, 'src'),
		outDir,
		...(format === 'cjs' && { module: 'commonjs', moduleResolution: 'bundler' }),
	}
	writeFileSync(
		config,
		JSON.stringify({ extends: join(fixture, 'tsconfig.json'), compilerOptions, include: [join(dir, 'src')] }),
	)
	execFileSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' })
	writeFileSync(join(outDir, 'package.json'), JSON.stringify({ type: format === 'cjs' ? 'commonjs' : 'module' }))
}

/** The text of an entry that exports the variants of `app`, each with the functions that attach to it. */
const entryOf = app =>
	Object.entries(app)
		.map(([name, files]) => {
			const parts = files.map((file, i) => `import * as ${name}${i} from './${file}.js'`).join('\n')
			return `${parts}\nexport const ${name} = { ${files.map((_, i) => `...${name}${i}`).join(', ')} }`
		})
		.join('\n')

/**
 * @param {string} dir where to build; it is emptied
 * @param {Record<string, Record<string, string[]>>} apps by name: what each variant of it is made of, files of the
 * fixture or derived ones
 * @param {readonly ('esm' | 'cjs' | 'bundle')[]} formats
 */
export async function buildFixture(dir, apps, formats = ['esm', 'cjs', 'bundle']) {
	rmSync(dir, { recursive: true, force: true })
	mkdirSync(dir, { recursive: true })
	cpSync(join(fixture, 'src'), join(dir, 'src'), { recursive: true })
	copyFileSync(join(fixture, 'package.json'), join(dir, 'package.json'))
	const work = readFileSync(join(dir, 'src/work.ts'), 'utf8')
	rmSync(join(dir, 'src/work.ts'))
	for (const [name, variant] of Object.entries(variants))
		writeFileSync(join(dir, 'src', `work-${name}.ts`), derive(work, variant))
	for (const [name, app] of Object.entries(apps)) writeFileSync(join(dir, 'src', `app-${name}.ts`), entryOf(app))
	for (const format of formats) if (format !== 'bundle') compile(dir, format)
	if (formats.includes('bundle')) {
		await esbuild({
			entryPoints: Object.keys(apps).map(name => join(dir, 'src', `app-${name}.ts`)),
			outdir: join(dir, 'bundle'),
			outExtension: { '.js': '.mjs' },
			bundle: true,
			platform: 'node',
			format: 'esm',
			target: 'node20',
			logLevel: 'error',
		})
	}
}

/**
 * @param {string} dir
 * @param {'esm' | 'cjs' | 'bundle'} format
 * @param {string} app
 */
export function entryPath(dir, format, app) {
	return join(dir, format, `app-${app}.${format === 'bundle' ? 'mjs' : 'js'}`)
}
