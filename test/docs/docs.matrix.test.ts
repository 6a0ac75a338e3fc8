// Everything that the documents show is done here: generated, compiled, run and compared. UPDATE=1 writes what was
// printed into the documents.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Diagnostic, gen } from '@tsgotrace/gen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Block, jsdocExamples, pages, root } from './markdown.js'
import {
	compile,
	isExcerpt,
	layOut,
	makeWorkshop,
	mask,
	node,
	type Program,
	runConsole,
	runsPrograms,
	runsTests,
} from './workshop.js'

// Processes take their time on a busy machine.

const workshop = makeWorkshop()
const all = pages()
const projects = all.map(page => layOut(workshop, page))
const examples = jsdocExamples().map((block, i) => ({
	...block,
	file: join(workshop, 'examples/src', `example${i}.ts`),
}))
const consoles = new Map<string, string>()
const errors: Diagnostic[] = []
let compiled = ''

beforeAll(async () => {
	layOut(workshop, { name: 'examples', text: '', blocks: [{ line: 0, language: 'ts', text: 'export {}\n', mark: '' }] })
	for (const { file, text } of examples) writeFileSync(file, text)
	const after: (() => Promise<unknown>)[] = []
	for (const [i, page] of all.entries()) {
		const { dir } = projects[i]!
		// First the commands, as a reader would type them; then whatever they have not generated.
		const commands = page.blocks.filter(b => b.language === 'console')
		const run = async (block: Block): Promise<unknown> =>
			consoles.set(`${page.name}:${block.line}`, await runConsole(block, dir))
		for (const block of commands.filter(b => !runsTests(b) && !runsPrograms(b))) await run(block)
		after.push(...commands.filter(runsPrograms).map(block => () => run(block)))
		if (!existsSync(dir)) continue
		errors.push(...(await gen({ roots: [dir], cwd: dir })).diagnostics.filter(d => d.severity === 'error'))
		// Before anything is compiled: test runners see the sources only, as they do in a project.
		for (const block of commands.filter(runsTests)) await run(block)
	}
	// Events of examples are declared in them.
	const dir = join(workshop, 'examples')
	errors.push(...(await gen({ roots: [dir], cwd: dir })).diagnostics.filter(d => d.severity === 'error'))
	compiled = await compile(workshop)
	for (const run of after) await run()
})

afterAll(() => rmSync(workshop, { recursive: true }))

test('the directives are right, but for those that show an error', () => {
	expect(errors.filter(d => !relative(workshop, d.file).split('/').includes('broken'))).toEqual([])
})

test('all code compiles', () => {
	expect(compiled).toBe('')
})

test('only configuration is marked as not run', () => {
	const exempt = all.flatMap(page => page.blocks.filter(b => b.mark === 'not run').map(b => b.language))
	expect(exempt.filter(language => !['js', 'json', 'yaml', 'sh'].includes(language))).toEqual([])
})

for (const [i, page] of all.entries()) {
	const { programs, dir } = projects[i]!
	if (programs.length === 0 && !page.blocks.some(b => b.language === 'console' || b.mark.startsWith('excerpt: ')))
		continue
	describe(page.name, () => {
		test.each(programs)('$name runs', run)
		for (const block of page.blocks.filter(b => b.language === 'console')) {
			test(`${page.name}:${block.line} prints what is shown`, () => {
				compare(page.name, block.text, consoles.get(`${page.name}:${block.line}`)!)
			})
		}
		for (const block of page.blocks.filter(b => b.mark.startsWith('excerpt: '))) {
			const file = block.mark.slice('excerpt: '.length)
			test(`${page.name}:${block.line} is in ${file}`, () => {
				expect(isExcerpt(block, join(file.startsWith('examples/') ? root : dir, file)), block.text).toBe(true)
			})
		}
	})
}

describe('@example', () => {
	test('all are found', () => {
		// Only of `src`: what tests make elsewhere, while this runs, may vanish while it is read.
		const written = readdirSync(join(root, 'packages'))
			.map(name => join(root, 'packages', name, 'src'))
			.flatMap(src => readdirSync(src, { recursive: true, encoding: 'utf8' }).map(file => join(src, file)))
			.filter(file => file.endsWith('.ts'))
			.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/\* @example\b/g)])
		expect(examples.length).toBe(written.length)
	})

	// Those for tests of vitest are compiled only: it runs the others as programs.
	test.each(
		examples.filter(({ text }) => !/from '(?:vitest|@tsgotrace\/(?:tracetest|exec)\/vitest)/.test(text)),
	)('$name:$line runs', async ({ file, name, line }) => {
		await run({
			name: `${name}:${line}`,
			cwd: join(workshop, 'examples'),
			script: file.replace(/\.ts$/, '.js'),
			expected: null,
		})
	})
})

async function run({ name, script, cwd, expected }: Program): Promise<void> {
	const { output, code } = await node([script], cwd)
	expect(code, output).toBe(0)
	if (expected !== null) compare(name.slice(0, name.lastIndexOf(':')), expected, output)
}

function compare(page: string, expected: string, printed: string): void {
	if (process.env['UPDATE'] !== '1' || mask(expected) === mask(printed))
		return expect(mask(printed)).toBe(mask(expected))
	const path = join(root, page)
	writeFileSync(
		path,
		readFileSync(path, 'utf8')
			.replace(`\`\`\`text\n${expected}`, () => `\`\`\`text\n${printed}`)
			.replace(`\`\`\`console\n${expected}`, () => `\`\`\`console\n${printed}`),
	)
}
