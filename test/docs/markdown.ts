// The documents, and what is in them.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { published } from '../published.js'

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** One fenced block. */
export interface Block {
	/** Line of the opening fence, from 1. */
	readonly line: number
	readonly language: string
	readonly text: string
	/** What the HTML comment above it says, if there is one. */
	readonly mark: string
}

/** One document with code in it. `name` is its path from the root. */
export interface Page {
	readonly name: string
	readonly text: string
	readonly blocks: readonly Block[]
}

/** All documents whose code runs. */
export function pages(): Page[] {
	const docs = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'))
	return ['README.md', 'ARCHITECTURE.md', ...docs.map(name => `docs/${name}`)].map(readPage)
}

/** Every Markdown file that people read. */
export function allMarkdown(): Page[] {
	const packages = ['runtime', 'gen', 'tracetest', 'trace', 'record', 'tree', 'live'].map(
		name => `packages/${name}/README.md`,
	)
	const more = ['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'examples/README.md', 'cmd/README.md', ...packages]
	const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter(
		e => e.isDirectory() && e.name !== 'node_modules',
	)
	const examples = folders.map(({ name }) => `examples/${name}/README.md`)
	return [...pages(), ...[...more, ...examples].map(readPage)]
}

function readPage(name: string): Page {
	const text = readFileSync(join(root, name), 'utf8')
	return { name, text, blocks: blocksOf(text) }
}

function blocksOf(text: string): Block[] {
	const fence = /^(?:<!-- (?<mark>.*?) -->\n+)?```(?<language>\w*)\n(?<body>[\s\S]*?)^```$/gm
	return [...text.matchAll(fence)].map(match => {
		const { mark, language, body } = match.groups as { mark?: string; language: string; body: string }
		const start = match.index + match[0].indexOf('```')
		return { line: text.slice(0, start).split('\n').length, language, text: body, mark: mark ?? '' }
	})
}

/** The `@example` blocks of the packages' doc comments. */
export function jsdocExamples(): (Block & { readonly name: string })[] {
	const found: (Block & { name: string })[] = []
	for (const pkg of published) {
		for (const file of readdirSync(join(root, pkg, 'src'), { recursive: true, encoding: 'utf8' })) {
			if (!file.endsWith('.ts')) continue
			const name = `${pkg}/src/${file}`
			const text = readFileSync(join(root, name), 'utf8')
			for (const match of text.matchAll(/^[ \t]*\* @example\n(?<body>(?:[ \t]*\*(?!\/)(?! @).*\n)+)/gm)) {
				const body = match.groups!['body']!.replace(/^[ \t]*\* ?/gm, '')
				found.push({ name, line: text.slice(0, match.index).split('\n').length, language: 'ts', text: body, mark: '' })
			}
		}
	}
	return found
}
