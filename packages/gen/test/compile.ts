import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const runtime = fileURLToPath(new URL('../../runtime', import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const options = {
	target: 'es2022',
	module: 'nodenext',
	strict: true,
	noEmit: true,
	skipLibCheck: true,
	types: [],
	// The sources of the runtime: tests need no build.
	customConditions: ['@tsgotrace/source'],
}

/** What the compiler says of the TypeScript files below `dir`; nothing if all is well. */
export async function compile(dir: string): Promise<string> {
	mkdirSync(join(dir, 'node_modules/@tsgotrace'), { recursive: true })
	symlinkSync(runtime, join(dir, 'node_modules/@tsgotrace/runtime'), 'junction')
	const config = join(dir, 'node_modules/tsconfig.json')
	writeFileSync(config, JSON.stringify({ compilerOptions: options, include: ['..'], exclude: ['.'] }))
	try {
		return (await promisify(execFile)(process.execPath, [tsc, '-p', config], { cwd: dir })).stdout
	} catch (error) {
		return (error as { stdout: string }).stdout
	}
}
