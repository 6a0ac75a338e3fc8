import {
	type AwaitTree,
	buildTree,
	placeTree,
	readHeapSnapshot,
	SnapshotError,
	Sources,
	treeJson,
	treeMarkdown,
	treeText,
} from '@tsgotrace/tree'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import { show } from '../output.js'
import { Progress } from '../progress.js'
import { Output } from '../stdout.js'
import { type LiveFlags, liveTree } from './live.js'
import { sourceOf } from './source.js'

/** Options of `tree`. */
export interface TreeFlags extends LiveFlags {
	readonly json?: boolean
	readonly md?: boolean
	readonly limit?: string
}

/** `tsgotrace tree` */
export async function treeCommand(argument: string, flags: TreeFlags): Promise<ExitCode> {
	const { limit } = flags
	if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError(`--limit must be a number from 1, not '${limit}'`)
	const source = sourceOf(argument)
	const tree =
		source.kind === 'file' ? await fromFile(source.path, flags) : await liveTree(source.kind === 'process' ? source.pid : source.at, flags)
	await print(tree, flags)
	return 0
}

/** The tree of a heap snapshot. @throws CommandError if the file is not one */
async function fromFile(path: string, { all = false }: TreeFlags): Promise<AwaitTree> {
	const progress = new Progress()
	try {
		const heap = await readHeapSnapshot(path, (done, total) => progress.bar(total === 0 ? null : done / total, 'reading the heap snapshot'))
		progress.show('following promises')
		return placeTree(buildTree(heap, { all }).tree, new Sources())
	} catch (error) {
		if (!(error instanceof SnapshotError)) throw error
		throw new CommandError(1, `${path}: ${error.message}`)
	} finally {
		progress.clear()
	}
}

async function print(tree: AwaitTree, { json, md, limit }: TreeFlags): Promise<void> {
	const cwd = process.cwd()
	const output = new Output()
	const options = {
		width: process.stdout.isTTY ? process.stdout.columns : 80,
		showPath: (file: string) => (file.startsWith(`${cwd}/`) ? show(file, cwd) : file),
		...(limit !== undefined && { groups: Number(limit) }),
	}
	output.write(json ? treeJson(tree) : md ? treeMarkdown(tree, options) : treeText(tree, options))
	await output.flush()
}
