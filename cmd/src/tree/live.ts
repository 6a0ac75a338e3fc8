import type { AwaitTree } from '@tsgotrace/tree'
import { Attachment, AttachRefused, type ListeningPort, megabytes } from '@tsgotrace/tree/attach'
import { CommandError } from '../exit.js'
import { bytes } from '../format.js'
import { Progress } from '../progress.js'
import { treeOfTasks } from './tasks.js'

/** Options of a tree of a live process. */
export interface LiveFlags {
	readonly all?: boolean
	readonly yes?: boolean
	/** A heap snapshot is taken, even if the process can say what its tasks wait for. */
	readonly snapshot?: boolean
	/** With arguments and variables of one call of each link. */
	readonly values?: boolean
}

/** The tree of a process, by its pid or its inspector. @throws CommandError if it is refused */
export async function liveTree(target: number | ListeningPort, flags: LiveFlags): Promise<AwaitTree> {
	if (typeof target === 'number' && flags.snapshot !== true && flags.all !== true && flags.values !== true) {
		const tree = await treeOfTasks(target)
		if (tree !== null) return tree
	}
	try {
		return await attached(target, flags)
	} catch (error) {
		if (!(error instanceof AttachRefused)) throw error
		throw new CommandError(3, error.message)
	}
}

async function attached(
	target: number | ListeningPort,
	{ all = false, yes = false, values = false }: LiveFlags,
): Promise<AwaitTree> {
	const attachment =
		typeof target === 'number' ? await Attachment.toProcess(target) : await Attachment.toAddress(target)
	const stop = (signal: NodeJS.Signals): void => {
		void attachment.close().then(() => process.kill(process.pid, signal))
	}
	process.once('SIGINT', stop).once('SIGTERM', stop)
	const progress = new Progress()
	try {
		const { estimate, objection } = attachment
		if (objection !== null && !yes)
			throw new CommandError(3, `no snapshot was taken: ${objection}. With --yes it is taken all the same`)
		if (process.stderr.isTTY)
			process.stderr.write(
				`taking a heap snapshot: the process stops for up to ${seconds(estimate.pauseMs)} and needs up to ${megabytes(estimate.memory)} more\n`,
			)
		return await attachment.tree({ all, values, onProgress: done => progress.show(`heap snapshot: ${bytes(done)}`) })
	} finally {
		progress.clear()
		process.off('SIGINT', stop).off('SIGTERM', stop)
		if (!(await attachment.close()))
			process.stderr.write('tsgotrace: the process is busy: it will close its inspector when it can\n')
	}
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`
}
