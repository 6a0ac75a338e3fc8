import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test("the declarations need neither Node's types nor a newer library than the program has", () => {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-declarations-'))
	try {
		mkdirSync(join(dir, 'node_modules/@tsgotrace'), { recursive: true })
		symlinkSync(fileURLToPath(new URL('..', import.meta.url)), join(dir, 'node_modules/@tsgotrace/runtime'))
		const compilerOptions = {
			strict: true,
			module: 'nodenext',
			target: 'es2020',
			lib: ['es2020'],
			types: [],
			noEmit: true,
		}
		writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
		writeFileSync(join(dir, 'main.ts'), `export * from '@tsgotrace/runtime'\nexport * from '@tsgotrace/runtime/gen1'\n`)
		const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
		expect(execFileSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' })).toBe('')
	} finally {
		rmSync(dir, { recursive: true })
	}
})
