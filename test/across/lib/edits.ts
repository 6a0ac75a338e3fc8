import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// How the sources of `hello` change from one version to the next.

async function replace(root: string, file: string, pairs: Readonly<Record<string, string>>): Promise<void> {
	const path = join(root, file)
	let text = await readFile(path, 'utf8')
	for (const [from, to] of Object.entries(pairs)) {
		if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
		text = text.replaceAll(from, to)
	}
	await writeFile(path, text)
}

/** traceHello gets another signature. */
export const changeSignature = (root: string): Promise<void> =>
	replace(root, 'src/hello.ts', {
		'times?: number': 'times?: string',
		'traceHello({ who }, 1)': "traceHello({ who }, 'once')",
	})

/** There is one more event; those of before stay as they were. */
export const addEvent = (root: string): Promise<void> =>
	appendFile(
		join(root, 'src/hello.ts'),
		'\nimport { traceMore } from "./ztrace.js"\n//trace:event traceMore()\nexport const more = (): void => traceMore()\n',
	)

/** Nothing that an importer sees: lines move, a parameter is called something else. */
export const moveThings = (root: string): Promise<void> =>
	replace(root, 'src/hello.ts', {
		'//trace:event traceHello(greeting: ': '// A remark.\n\n//trace:event traceHello(hi: ',
	})

/** The entry exports the type that only an event of a subdirectory uses. */
export const publishFrame = (root: string): Promise<void> =>
	appendFile(join(root, 'src/index.ts'), "export type { Frame } from './net/conn.js'\n")
