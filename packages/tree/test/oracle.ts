// Compares trees with what a program says that it has built.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AwaitTree, buildTree, readHeapSnapshot } from '@tsgotrace/tree'

/** How well a tree fits. */
export interface Comparison {
	readonly chains: number
	readonly exact: number
	readonly tree: AwaitTree
	/** Some of what is missing, and what is there instead. */
	readonly missing: readonly string[]
	readonly surplus: readonly string[]
}

/** Run the program with a Node and compare. */
export async function compare(node: string, count: number, seed: number): Promise<Comparison> {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-tree-'))
	try {
		const file = join(dir, 'h.heapsnapshot')
		const program = join(import.meta.dirname, 'fixtures/chains.mjs')
		const { stdout } = await promisify(execFile)(node, [program, file, String(count), String(seed)], {
			maxBuffer: 1 << 30,
			env: { ...process.env, NODE_OPTIONS: '' },
		})
		const { tree } = buildTree(await readHeapSnapshot(file))
		return { ...difference(JSON.parse(stdout) as string[], texts(tree)), tree }
	} finally {
		rmSync(dir, { recursive: true })
	}
}

function difference(expected: readonly string[], found: readonly string[]): Omit<Comparison, 'tree'> {
	const left = new Map<string, number>()
	for (const text of found) left.set(text, (left.get(text) ?? 0) + 1)
	const missing = expected.filter(text => {
		const n = left.get(text) ?? 0
		if (n > 0) left.set(text, n - 1)
		return n === 0
	})
	const surplus = [...left].filter(([, n]) => n > 0).map(([text]) => text)
	return {
		chains: expected.length,
		exact: expected.length - missing.length,
		missing: missing.slice(0, 5),
		surplus: surplus.slice(0, 5),
	}
}

/** The chains of a tree in the program's words. */
function texts(tree: AwaitTree): string[] {
	return tree.groups
		.filter(
			({ link }) =>
				tree.links[link]!.kind === 'call' && !(tree.links[link] as { site: { file: string } }).site.file.endsWith('?'),
		)
		.flatMap(({ link, count }) => Array.from({ length: count }, () => textOf(tree, link)))
}

function textOf(tree: AwaitTree, index: number): string {
	const link = tree.links[index]!
	const rest = (): string => {
		const inner = [...new Set(link.on.map(on => textOf(tree, on)))].sort()
		return link.kind === 'promise' && link.name === null ? `[${inner.join(' | ')}]` : ` > ${inner.join(' | ')}`
	}
	switch (link.kind) {
		case 'call':
			return `${link.name}${rest()}`
		case 'task':
			return `task ${link.name}`
		case 'promise':
			return `${link.how}${link.name === null ? '' : `(${link.name})`}${rest()}`
		case 'holder':
			if (link.of === 'Timeout') return 'a timer'
			if (link.of === 'EventEmitter')
				return `event of EventEmitter${/^_events\.e\d/.test(link.path) ? '' : `, of ${link.path}`}`
			// Node 20 has a class between.
			if (/^(AbortSignal|EventTarget)$/.test(link.of)) return 'listener of AbortSignal'
			return `held by ${link.by === 'variable' ? 'variable ' : ''}${link.path.replace(/(\.next)+/g, '')}${link.by === 'variable' ? '' : ` of ${link.of}`}`
		case 'end':
			return link.why === 'no-resolver' ? 'lost' : link.why
	}
}
