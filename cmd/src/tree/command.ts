import { statSync } from 'node:fs'
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
import type { ExitCode } from '../exit.js'
import { show, usageError } from '../output.js'
import { Progress } from '../progress.js'
import { Output } from '../stdout.js'

/** Options of `tree`. */
export interface TreeFlags {
	readonly all?: boolean
	readonly json?: boolean
	readonly md?: boolean
	readonly limit?: string
}

/** `tsgotrace tree` */
export async function treeCommand(source: string, flags: TreeFlags): Promise<ExitCode> {
	const { limit } = flags
	if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) return usageError(`--limit must be a number from 1, not '${limit}'`)
	const tree = await fromFile(source, flags)
	if (typeof tree === 'number') return tree
	await print(tree, flags)
	return 0
}

/** The tree of a heap snapshot. */
async function fromFile(path: string, flags: TreeFlags): Promise<AwaitTree | ExitCode> {
	const stats = statSync(path, { throwIfNoEntry: false })
	if (stats === undefined) return usageError(`there is no file '${path}'; tree takes a .heapsnapshot file`)
	if (!stats.isFile()) return usageError(`'${path}' is not a regular file; tree takes a .heapsnapshot file`)
	const progress = new Progress()
	try {
		const heap = await readHeapSnapshot(path, (done, total) => progress.bar(total === 0 ? null : done / total, 'reading the heap snapshot'))
		progress.show('following promises')
		return placeTree(buildTree(heap, { all: flags.all === true }).tree, new Sources())
	} catch (error) {
		if (!(error instanceof SnapshotError)) throw error
		process.stderr.write(`${path}: ${error.message}\n`)
		return 1
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
