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
	globals: `1 x direct globals.mjs:3
<- held by globalThis.start

1 x inObject globals.mjs:9
<- held by globalThis.hooks.resolve

1 x inVariable globals.mjs:17
<- held by variable stop globals.mjs:14`,
	kept: `1 x executed kept.mjs:14
awaits attempt kept.mjs:15
awaits pass kept.mjs:10
<- held by resolve of Gate kept.mjs:2

1 x passed kept.mjs:31
awaits work kept.mjs:21
awaits pass kept.mjs:10
<- held by resolve of Gate kept.mjs:2`,
	passed: `1 x close passed.mjs:18
awaits generator passed.mjs:11
<- held by resolve of Gate passed.mjs:2

1 x next passed.mjs:24
awaits generator passed.mjs:11
<- held by resolve of Gate passed.mjs:2

1 x waits passed.mjs:28
<- held by resolve of Gate passed.mjs:2`,
	notify: `1 x changed notify.mjs:6
<- Atomics.waitAsync, until a notify`,
	builtins: `1 x fromAsync builtins.mjs:15
awaits items builtins.mjs:11
<- held by resolve of Gate builtins.mjs:2

1 x fromArray builtins.mjs:19
<- held by resolve of Gate builtins.mjs:2`,
	disposed: `1 x stack disposed.mjs:12
<- held by resolve of Gate disposed.mjs:2`,
}

/** The first version of Node that has what a program uses. */
const since: Readonly<Record<string, number>> = { builtins: 22, disposed: 24 }

/** The programs that a version of Node can run. */
export function hungOn(version: string): readonly string[] {
	return Object.keys(hung).filter(name => Number.parseInt(version, 10) >= (since[name] ?? 0))
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
