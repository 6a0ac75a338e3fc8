import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFile } from '../src/write.js'

let dir: string
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-write-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

it('keeps the mode of a file that it replaces, and leaves nothing beside it', () => {
	const path = join(dir, 'tool.ts')
	writeFileSync(path, '#!/usr/bin/env node\n')
	chmodSync(path, 0o750)
	writeFile(path, 'new')
	expect(readFileSync(path, 'utf8')).toBe('new')
	expect(statSync(path).mode & 0o777).toBe(0o750)
	expect(readdirSync(dir)).toEqual(['tool.ts'])
})

it('leaves nothing behind where it cannot write', () => {
	const inner = join(dir, 'inner')
	mkdirSync(join(inner, 'ztrace.ts'), { recursive: true })
	expect(() => writeFile(join(inner, 'ztrace.ts'), 'text')).toThrow('EISDIR')
	expect(readdirSync(inner)).toEqual(['ztrace.ts'])
})
