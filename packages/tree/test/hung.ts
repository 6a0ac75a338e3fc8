// Programs that hang, each for a reason of its own, and what must be said of them.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type AwaitTree, treeText } from '@tsgotrace/tree'
import { Attachment } from '@tsgotrace/tree/attach'

const folder = join(import.meta.dirname, 'fixtures/hung')

/**
 * What a tree must have, line by line: the number of calls, the function and its line, and last of all who could resume
 * it.
 */
export const hung: Readonly<Record<string, string>> = {
	pool: `3 x handle pool.mjs:26
awaits query pool.mjs:19
<- held by waiters[] of Pool pool.mjs:2`,
	lost: `3 x profile lost.mjs:21
<- nothing can resolve it any more: its resolve and reject are lost`,
	deadlock: `1 x payAnn deadlock.mjs:32
awaits transfer deadlock.mjs:24
awaits take deadlock.mjs:6
<- held by queue[] of Lock deadlock.mjs:2

1 x payBob deadlock.mjs:36
awaits transfer deadlock.mjs:24
awaits take deadlock.mjs:6
<- held by queue[] of Lock deadlock.mjs:2

possible deadlock: payAnn and payBob wait for 2 Lock, which nothing else that is suspended uses`,
	contended: `1 x slow contended.mjs:19
<- a timer

1 x both contended.mjs:25
awaits take contended.mjs:8
<- held by queue[] of Lock contended.mjs:4

1 x later contended.mjs:29
awaits take contended.mjs:8
<- held by queue[] of Lock contended.mjs:4`,
	once: `1 x start once.mjs:12
awaits connect once.mjs:8
<- event 'ready' of EventEmitter`,
	fetch: `1 x checkout fetch.mjs:13
awaits prices fetch.mjs:8
<- a fetch without an answer`,
	reader: `1 x consume reader.mjs:7
<- event 'readable' of PassThrough`,
	stream: `1 x report stream.mjs:13
awaits write stream.mjs:9
<- event 'drain' of PassThrough`,
}

/** Run a program with a Node until it hangs, and take its tree by its pid. */
export async function treeOf(node: string, name: string): Promise<AwaitTree> {
	const child = spawn(node, ['--inspect-port=0', join(folder, 'run.mjs'), name], {
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env: { ...process.env, NODE_OPTIONS: '' },
	})
	try {
		await new Promise<void>((resolve, reject) => {
			child.once('message', () => resolve())
			child.once('exit', code => reject(new Error(`${name} has ended with ${code}`)))
		})
		const attachment = await Attachment.toProcess(child.pid!)
		try {
			return await attachment.tree({ awaitLinesMs: 60_000 })
		} finally {
			await attachment.close()
		}
	} finally {
		child.kill('SIGKILL')
	}
}

/**
 * The report without its head, columns, Node's own functions, which differ between versions, and what `run.mjs` waits
 * for.
 */
export function plain(tree: AwaitTree): string {
	const [, ...blocks] = treeText(tree, {
		width: 300,
		showPath: file => (file.startsWith('node:') ? file : file.replace(/^.*\//, '')),
	}).split('\n\n')
	return blocks
		.map(block =>
			block
				.replace(/^.* node:\S+$\n/gm, '')
				.replace(/^ +/gm, '')
				.replace(/ {2,}/g, ' ')
				.trim(),
		)
		.filter(block => !block.includes('run.mjs'))
		.join('\n\n')
}
