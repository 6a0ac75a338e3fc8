// Generated text changes with events, and with nothing else.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gen } from '@tsgotrace/gen'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emit } from '../src/emit.js'
import { Packages } from '../src/npm.js'
import { parseFile } from '../src/ts/index.js'
import { collect } from '../src/units.js'
import { withTree } from './tree.js'

const source = `import { traceOne } from './ztrace.js'
/** A comment. */
//trace:event traceOne(a: string)
export function one(): void {
	traceOne('')
	//trace:event async traceTwo(o: { a: 1; b: 2 })
}
//trace:event traceThree(...rest: Item[])
export interface Item { a: 1 }
`
const tree = { 'package.json': '{ "name": "p", "type": "module" }', 'src/a.ts': source }

describe('lines that move', () => {
	it('leave the generated text as it is', async () => {
		const added = fc.constantFrom('', '// a remark', '/* block\n*/', 'export {}', '/** Of nothing. */\n')
		await withTree('stable', tree, dir => {
			const path = join(dir, 'src/a.ts')
			const text = (content: string): string => {
				const { units, diagnostics } = collect(
					[{ path, text: content, model: parseFile(path, content) }],
					new Packages(),
				)
				expect(diagnostics).toEqual([])
				return emit(units[0]!, [])
			}
			const lines = source.split('\n')
			const before = text(source)
			expect(before).not.toMatch(/\.ts:\d/)
			// Not between a comment and the directive that it is about, nor into the function.
			const places = [0, 1, 7, 8, 9]
			fc.assert(
				fc.property(fc.array(added, { minLength: 1, maxLength: 20 }), fc.constantFrom(...places), (more, at) => {
					expect(text([...lines.slice(0, at), ...more, ...lines.slice(at)].join('\n'))).toBe(before)
				}),
				{ numRuns: 50 },
			)
		})
	})
})

describe('what --check says of a stale file', () => {
	it.each([
		['traceTwo(o: { a: 1; b: 3 })', '+traceTwo'],
		['traceTwo(o: { a: 1; b: 3 }, p: ", hash: \'0123456789abcdef\'")', '+traceTwo'],
		['async traceTwo<T extends { a: 1; b: string }>(o: T)', '+traceTwo'],
		['traceOne(o: { a: 2; b: 3 })', '~traceOne'],
	])('names the event %s', async (event, why) => {
		const before = '//trace:event traceOne(o: { a: 1; b: 3 })\n'
		await withTree('names', { ...tree, 'src/a.ts': before }, async dir => {
			await gen({ roots: [dir], cwd: dir })
			writeFileSync(
				join(dir, 'src/a.ts'),
				why.startsWith('~') ? `//trace:event ${event}\n` : `${before}//trace:event ${event}\n`,
			)
			const { stale } = await gen({ roots: [dir], cwd: dir, check: true })
			expect(stale).toEqual([{ path: join(dir, 'src/ztrace.ts'), why }])
		})
	})

	it('names an event of an import, and says when only comments differ', async () => {
		await withTree('others', { ...tree, 'test/a.test.ts': '//trace:import "p"\n' }, async dir => {
			await gen({ roots: [dir], cwd: dir })
			const path = join(dir, 'src/a.ts')
			writeFileSync(path, readFileSync(path, 'utf8').replace('A comment.', 'Another.'))
			const check = async (): Promise<string[]> =>
				(await gen({ roots: [dir], cwd: dir, check: true })).stale.map(s => `${s.path.slice(dir.length + 1)} ${s.why}`)
			expect(await check()).toEqual(['src/ztrace.ts the same events, different text'])
			writeFileSync(path, `${readFileSync(path, 'utf8')}//trace:event traceFour(o: { a: 1; b: 2 })\n`)
			expect(await check()).toEqual(['src/ztrace.ts +traceFour', 'test/ztrace_test.ts +p_traceFour'])
		})
	})
})
