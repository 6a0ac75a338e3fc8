// What the documents say about the code, compared with the code.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gen } from '@tsgotrace/gen'
import { Held, Received, T } from '@tsgotrace/tracetest'
import { describe, expect, test, vi } from 'vitest'
import { messages } from '../../packages/gen/src/messages.js'
import { boundsOf, limitsOf } from '../../packages/tracetest/src/verify-options.js'
import { settingsOf } from '../../packages/tracetest/src/world/options.js'
import { published } from '../published.js'
import { allMarkdown, pages, root } from './markdown.js'
import { node } from './workshop.js'

// Processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const read = (name: string): string => readFileSync(join(root, name), 'utf8')

describe('links', () => {
	test.each(allMarkdown())('of $name lead somewhere', ({ name, text }) => {
		const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
		const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
			.map(m => m[1]!)
			.filter(link => !/^https?:/.test(link) && !leads(name, link))
		expect(broken).toEqual([])
	})
})

function leads(from: string, link: string): boolean {
	const [path, anchor] = link.split('#') as [string, string | undefined]
	const target = path === '' ? from : join(dirname(from), path)
	if (!existsSync(join(root, target))) return false
	if (anchor === undefined) return true
	return !statSync(join(root, target)).isDirectory() && anchors(read(target)).includes(anchor)
}

/** As the usual renderers make them of headings. */
function anchors(text: string): string[] {
	const headings = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(m => m[1]!)
	return headings.map(h =>
		h
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s-]/gu, '')
			.replaceAll(' ', '-'),
	)
}

describe('packages', () => {
	interface Published {
		readonly keywords: readonly string[]
		readonly homepage: string
		readonly bugs: string
		readonly repository: { readonly url: string; readonly directory: string }
		readonly scripts: { readonly prepack: string }
	}
	const web = 'https://github.com/tsgotrace/tsgotrace'

	test.each(published)('%s says where it comes from, and carries the pages that its README names', folder => {
		const { keywords, homepage, bugs, repository, scripts } = JSON.parse(read(`${folder}/package.json`)) as Published
		expect(keywords.length).toBeGreaterThan(3)
		expect({ bugs, repository }).toEqual({
			bugs: `${web}/issues`,
			repository: { type: 'git', url: `git+${web}.git`, directory: folder },
		})
		const pages = scripts.prepack.split(' ').slice(2)
		expect(pages.map(page => existsSync(join(root, 'docs', page)))).toEqual(pages.map(() => true))
		expect(homepage).toBe(`${web}/blob/main/docs/${pages[0]}`)
		const readme = read(`${folder}/README.md`)
		expect(pages.filter(page => !readme.includes(`${web}/blob/main/docs/${page}`))).toEqual([])
	})
})

describe('README', () => {
	const text = read('README.md')

	test('is short, and has the two commands and the place of the cost table', () => {
		// With reports as they are printed.
		expect(text.split('\n').length).toBeLessThan(250)
		expect(text).toContain('\nnpm ci && npm start\n')
		expect(text).toContain('\nnpm cit\n')
		expect(text).toMatch(/\n<!-- bench:start -->\n[^]+\n<!-- bench:end -->\n/)
	})

	test('shows code in parts of at most 12 lines', () => {
		const parts = pages()[0]!.blocks.filter(b => b.language === 'ts')
		for (const { text: part } of parts)
			expect(part.split('\n').filter(line => line.trim() !== '').length).toBeLessThanOrEqual(12)
	})

	test('every page of docs is linked', () => {
		for (const { name } of pages().filter(p => p.name.startsWith('docs/'))) expect(text).toContain(`(${name}`)
	})
})

test('the public API is documented', () => {
	const guide = read('docs/guide.md')
	const exported = [...read('packages/runtime/src/index.ts').matchAll(/export (type )?\{([^}]*)\}/g)]
		.filter(m => m[1] === undefined)
		.flatMap(m => m[2]!.split(',').map(name => name.trim()))
		.filter(name => name !== '' && !name.startsWith('type '))
	expect(exported.length).toBeGreaterThan(5)
	expect(exported.filter(name => name !== 'Probe' && !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([])
})

describe('docs/tracetest.md', () => {
	const guide = read('docs/tracetest.md')
	const source = (file: string): string => read(`packages/tracetest/src/${file}.ts`)
	const rows = (from: string, to: string): Map<string, string> => {
		const part = guide.slice(guide.indexOf(from), guide.indexOf(to))
		return new Map([...part.matchAll(/^\| `(\w+)` \| (.*?) \| .* \|$/gm)].map(m => [m[1]!, m[2]!]))
	}
	const ofRun = rows('Of `run`, ', 'Of `verify` and')
	const ofVerify = rows('Of `verify` and', 'Ctrl-C')
	const fieldsOf = (file: string): string[] => [...source(file).matchAll(/^\treadonly (\w+)\?:/gm)].map(m => m[1]!)

	test('has all that is exported', () => {
		const index = [...source('index').matchAll(/\{([^}]*)\}/g)].flatMap(m =>
			m[1]!.split(',').map(name => name.replace(/\btype\b/, '').trim()),
		)
		const others = ['vitest', 'node-test', 'plugin'].flatMap(file =>
			[...source(`bindings/${file}`).matchAll(/^export (?:const|function|class|interface|type) (\w+)/gm)].map(
				m => m[1]!,
			),
		)
		expect(index.length).toBeGreaterThan(15)
		expect(others).toContain('createTest')
		expect([...index, ...others].filter(name => !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([])
	})

	test.each([T, Held, Received])('has the methods of $name', type => {
		const methods = Object.getOwnPropertyNames(type.prototype).filter(name => name !== 'constructor')
		expect(methods.length).toBeGreaterThan(0)
		expect(methods.filter(name => !new RegExp(`\`(?:t\\.)?${name}[(\`]`).test(guide))).toEqual([])
	})

	test('has all options and no others', () => {
		expect([...ofRun.keys()]).toEqual(fieldsOf('world/options'))
		expect(new Set(ofVerify.keys())).toEqual(new Set(fieldsOf('verify-options')))
	})

	test('has the right defaults', () => {
		const { ms, realRuns: _real, settles: _settles, ...bounds } = boundsOf({})
		const shown = (name: string): number => Number(ofVerify.get(name)?.replace(',', ''))
		const { deadTime: _, ...limits } = limitsOf({}, settingsOf({}))
		for (const [name, value] of Object.entries({ ...bounds, budget: ms, ...limits }))
			expect([name, shown(name)]).toEqual([name, value])
		const { deadTime, time, steps, nak, diff, frame, verbose } = settingsOf({})
		expect([...ofRun.values()].map(text => text.split('; ')[0])).toEqual([
			'the name of the test',
			String(deadTime),
			`\`'${time}'\``,
			steps.toLocaleString('en-US'),
			`\`'${nak}'\``,
			'`isDeepStrictEqual`',
			String(diff),
			String(frame),
			String(verbose),
			'that of the runner',
			'that of the runner',
		])
	})

	test('has the variables of the environment and no others', () => {
		const files = readdirSync(join(root, 'packages/tracetest/src'), { recursive: true, encoding: 'utf8' })
			.filter(file => file.endsWith('.ts'))
			.map(file => read(`packages/tracetest/src/${file}`))
		const named = files.flatMap(text => [...text.matchAll(/\bTRACETEST(?:_[A-Z]+)?\b/g)].map(m => m[0]))
		const { ms: _, realRuns: _real, settles: _settles, ...bounds } = boundsOf({})
		const made = [...Object.keys(bounds), 'budget'].map(name => `TRACETEST_${name.toUpperCase()}`)
		const section = guide.slice(guide.indexOf('\n## Environment'), guide.indexOf('\n## vitest'))
		const shown = [...section.matchAll(/`(TRACETEST\w*)`/g)].map(m => m[1])
		expect(new Set(shown)).toEqual(new Set([...named, ...made]))
	})
})

describe('docs/generator.md', () => {
	const rows = [...read('docs/generator.md').matchAll(/^\| (T\d{4}) \| (\w+) \| (.*?) \| .* \|$/gm)].map(m => ({
		code: m[1]!,
		severity: m[2]!,
		example: /^`((?:\/\/.*?))`/.exec(m[3]!)?.[1],
	}))

	test('has a row for every message', () => {
		// The arguments do not matter: a code and a severity do not depend on them.
		const args = ['x', 'x', 'x', 'x'] as never[]
		const known = Object.values(messages).map(make => {
			const { code, severity } = (make as (...args: never[]) => { code: string; severity: string })(...args)
			return `${code} ${severity}`
		})
		expect(rows.map(row => `${row.code} ${row.severity}`)).toEqual([...new Set(known)].sort((a, b) => (a < b ? -1 : 1)))
	})

	test('the examples of the table give the messages', async () => {
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-codes-'))
		try {
			const examples = rows.filter(row => row.example !== undefined)
			expect(examples.length).toBeGreaterThan(8)
			for (const { code, example } of examples) {
				mkdirSync(join(dir, code))
				writeFileSync(join(dir, code, 'package.json'), JSON.stringify({ name: code.toLowerCase() }))
				writeFileSync(join(dir, code, 'a.ts'), `${example}\nexport {}\n`)
			}
			const { diagnostics } = await gen({ roots: [dir], cwd: dir, check: true })
			expect(diagnostics.map(d => d.code)).toEqual(examples.map(row => row.code))
		} finally {
			rmSync(dir, { recursive: true })
		}
	})

	test('lists the diagnostics that --fix can fix', () => {
		const cli = /fix the sources where an automatic fix exists \(([^)]*)\)/.exec(read('docs/cli.md'))![1]
		const rowsWithFix = [...read('docs/generator.md').matchAll(/^\| (T\d{4}) \|.*--fix.*$/gm)].map(m => m[1])
		expect(rowsWithFix.join(', ')).toBe(cli)
	})
})

describe('docs/cli.md', () => {
	const text = read('docs/cli.md')

	/** The subcommands as the tool itself lists them. */
	async function subcommands(): Promise<string[]> {
		const { output } = await node([join(root, 'cmd/bin/tsgotrace.js'), 'help'], root)
		return [...output.slice(output.indexOf('Commands:')).matchAll(/^ {2}(\w+) \[/gm)].map(m => m[1]!)
	}

	test('has the flags of all subcommands and no others', async () => {
		for (const command of (await subcommands()).filter(name => name !== 'help')) {
			const { output } = await node([join(root, 'cmd/bin/tsgotrace.js'), 'help', command], root)
			const section = text.slice(text.indexOf(`\n## ${command}\n`)).split('\n## ')[1]!
			const shown = [...section.matchAll(/^\| `(--[\w-]+)` \|/gm)].map(m => m[1])
			const real = [...output.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(m => m[1]).filter(flag => flag !== '--help')
			expect({ command, flags: shown }).toEqual({ command, flags: real })
		}
	})

	test('has a section for each subcommand', async () => {
		const commands = await subcommands()
		expect(commands).toEqual(expect.arrayContaining(['gen', 'list', 'doctor', 'help']))
		for (const command of commands) expect(text).toContain(`\n## ${command}\n`)
	})
})

test('the first release is described for all packages, until it is made', () => {
	for (const pkg of [
		'packages/runtime',
		'packages/gen',
		'packages/tracetest',
		'packages/trace',
		'packages/record',
		'cmd',
	]) {
		const { name, version } = JSON.parse(read(`${pkg}/package.json`)) as { name: string; version: string }
		if (version !== '0.0.0') continue
		const changeset = read('.changeset/first-release.md')
		expect(changeset).toMatch(new RegExp(`^['"]${name}['"]: minor$`, 'm'))
	}
})
