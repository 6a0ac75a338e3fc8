import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { type AwaitTree, buildTree, placeTree, readHeapSnapshot, SnapshotError, Sources } from '@tsgotrace/tree'
import { CommandError } from '../exit.js'
import { Progress } from '../progress.js'

/** The tree of a heap snapshot, or what `--json` has printed. @throws CommandError if it is neither */
export async function treeOfFile(path: string, { all = false }: { readonly all?: boolean }): Promise<AwaitTree> {
	if (await isTree(path)) return JSON.parse(readFileSync(path, 'utf8')) as AwaitTree
	const progress = new Progress()
	try {
		const heap = await readHeapSnapshot(path, (done, total) =>
			progress.bar(total === 0 ? null : done / total, 'reading the heap snapshot'),
		)
		progress.show('following promises')
		return placeTree(buildTree(heap, { all }).tree, new Sources())
	} catch (error) {
		if (!(error instanceof SnapshotError)) throw error
		throw new CommandError(1, `${path}: ${error.message}`)
	} finally {
		progress.clear()
	}
}

async function isTree(path: string): Promise<boolean> {
	const file = await open(path)
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64)
		return /^\{\s*"format":\s*"tsgotrace-tree\/1"/.test(buffer.toString('latin1', 0, bytesRead))
	} finally {
		await file.close()
	}
}
