import { type AwaitTree, diffText, diffTrees, treeJson, treeMarkdown, treeText } from '@tsgotrace/tree'
import { type ExitCode, UsageError } from '../exit.js'
import { writeHtml } from '../html/write.js'
import { printJson, show } from '../output.js'
import { Output } from '../stdout.js'
import { outputWidth } from '../width.js'
import { treeOfFile } from './file.js'
import { type LiveFlags, liveTree } from './live.js'
import { sourceOf, type TreeSource } from './source.js'

/** Options of `tree`. */
export interface TreeFlags extends LiveFlags {
	readonly diff?: boolean
	readonly json?: boolean
	readonly md?: boolean
	readonly html?: string
	readonly limit?: string
}

/** `tsgotrace tree` */
export async function treeCommand(given: readonly string[], flags: TreeFlags): Promise<ExitCode> {
	const { limit, diff = false } = flags
	if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
		throw new UsageError(`--limit must be a number from 1, not '${limit}'`)
	if (diff && given.length !== 2)
		throw new UsageError(`--diff compares two sources, an earlier and a later one, not ${given.length}`)
	if (!diff && given.length !== 1)
		throw new UsageError(`tree takes one source, not ${given.length}; --diff compares two`)
	const trees: AwaitTree[] = []
	for (const source of given.map(sourceOf)) trees.push(await treeOf(source, flags))
	const [before, after] = trees
	if (after !== undefined && before!.from !== after.from)
		throw new UsageError(
			'one of them is made of tasks, and the other one of a snapshot: they cannot be compared. Add --snapshot',
		)
	await print(trees, given, flags)
	return 0
}

async function treeOf(source: TreeSource, flags: TreeFlags): Promise<AwaitTree> {
	if (source.kind === 'file' && flags.values === true)
		throw new UsageError('--values asks a running process: a file does not say which variable has which value')
	if (source.kind === 'file') return treeOfFile(source.path, flags)
	return liveTree(source.kind === 'process' ? source.pid : source.at, flags)
}

async function print(
	[tree, later]: readonly AwaitTree[],
	given: readonly string[],
	{ json, md, html, limit }: TreeFlags,
): Promise<void> {
	const cwd = process.cwd()
	const options = {
		width: outputWidth(80),
		showPath: (file: string) => (file.startsWith(`${cwd}/`) ? show(file, cwd) : file),
		...(limit !== undefined && { groups: Number(limit) }),
	}
	const diff = later === undefined ? null : diffTrees(tree!, later)
	if (html !== undefined) {
		const { treeDiffHtml, treeHtml } = await import('./html.js')
		return writeHtml(
			html,
			diff === null ? treeHtml(tree!, given[0]!, options.showPath) : treeDiffHtml(diff, given, options.showPath),
		)
	}
	if (json && diff !== null) return printJson(diff)
	const output = new Output()
	if (diff !== null) {
		const text = diffText(diff, options)
		output.write(md ? `\`\`\`\n${text}\`\`\`\n` : text)
	} else output.write(json ? treeJson(tree!) : md ? treeMarkdown(tree!, options) : treeText(tree!, options))
	await output.flush()
}
