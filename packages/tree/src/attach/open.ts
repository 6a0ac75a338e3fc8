import { type Inspector, InspectorError } from '../live/inspector.js'
import { type TakeTreeOptions, takeTree } from '../live/take.js'
import type { AwaitTree } from '../model.js'
import { joinTrees, type ThreadTree } from '../tree/join.js'
import type { Protocol } from './client.js'
import { estimate, type HeapSizes, objection, type SnapshotCost } from './estimate.js'
import { OpenInspector } from './inspector.js'
import { freeMemory } from './memory.js'
import { rootOf } from './namespaces.js'
import { Patience } from './patience.js'
import type { ListeningPort } from './ports.js'
import { workersOf } from './workers.js'

/** A thread of the process, and how large its heap is. */
interface AttachedThread {
	readonly thread: number
	readonly inspector: Inspector
	readonly sizes: HeapSizes
}

/**
 * How long a worker has to say how large its heap is, in milliseconds: one that is within native code may never do so.
 * See {@link Patience}.
 */
const answerWithin = 3000
/** Milliseconds between two renewals of the lease. */
const renewEvery = 5000

/** A process whose inspector we are connected to. */
export class Attachment {
	/** The version of Node there. */
	readonly node: string
	/** Of the thread with the largest heap: snapshots are taken one after the other. */
	readonly estimate: SnapshotCost
	/** How many bytes of memory the process may still allocate. */
	readonly free: number
	readonly #inspector: OpenInspector
	/** The main thread first. */
	readonly #threads: readonly AttachedThread[]
	/** How many workers do not answer. */
	readonly #silent: number
	readonly #root: string
	/** Null if it is not known. */
	readonly #pid: number | null

	private constructor(
		inspector: OpenInspector,
		about: { node: string; threads: readonly AttachedThread[]; silent: number; free: number; pid: number | null },
	) {
		const { node, threads, silent, free, pid } = about
		this.#inspector = inspector
		this.#threads = threads
		this.#silent = silent
		this.#root = pid === null ? '' : rootOf(pid)
		this.#pid = pid
		this.node = node
		this.estimate = threads.map(({ sizes }) => estimate(sizes)).reduce((a, b) => (a.heap >= b.heap ? a : b))
		this.free = free
	}

	/**
	 * Attach to a process by its pid. Its inspector is opened by SIGUSR1, on the loopback interface, unless it is open
	 * already.
	 *
	 * @throws {AttachRefused} with the reason and what to do
	 */
	static async toProcess(pid: number): Promise<Attachment> {
		return Attachment.#to(await OpenInspector.ofProcess(pid), pid)
	}

	/**
	 * Attach to an open inspector.
	 *
	 * @throws {AttachRefused} if no inspector is open
	 */
	static async toAddress(at: ListeningPort): Promise<Attachment> {
		return Attachment.#to(await OpenInspector.atAddress(at), null)
	}

	static async #to(inspector: OpenInspector, pid: number | null): Promise<Attachment> {
		try {
			const { node, pid: own, thread: _, ...sizes } = await aboutThread(inspector.protocol)
			const workers = await workersOf(inspector.protocol)
			const answers = await Promise.all(workers.map(async worker => soon(aboutThread(worker), pid)))
			const threads = workers.flatMap((worker, i) => {
				const answer = answers[i] ?? null
				return answer === null ? [] : [{ thread: answer.thread, inspector: worker, sizes: answer }]
			})
			return new Attachment(inspector, {
				node,
				threads: [{ thread: 0, inspector: inspector.protocol, sizes }, ...threads.sort((a, b) => a.thread - b.thread)],
				silent: workers.length - threads.length,
				free: freeMemory(pid ?? own),
				pid,
			})
		} catch (error) {
			await inspector.close()
			throw error
		}
	}

	/** Why a snapshot should not be taken without consent; null if there is no objection. */
	get objection(): string | null {
		return objection(this.estimate, this.free)
	}

	/** Take the tree of all threads, one after the other. Each is stopped meanwhile. */
	async tree(options: TakeTreeOptions = {}): Promise<AwaitTree> {
		await this.#inspector.renew()
		// While a worker is stopped, the main thread goes on, and with it the time of the lease.
		const renewal = setInterval(() => void this.#inspector.renew().catch(() => {}), renewEvery)
		try {
			return await this.#treeOfThreads(options)
		} finally {
			clearInterval(renewal)
		}
	}

	async #treeOfThreads(options: TakeTreeOptions): Promise<AwaitTree> {
		const trees: ThreadTree[] = []
		let lost = this.#silent
		for (const { thread, inspector, sizes } of this.#threads) {
			try {
				const how = { node: this.node, root: this.#root, ...options }
				const tree =
					thread > 0
						? await takeUnlessStalled(inspector as Protocol, new Patience(this.#pid, stallAfter(sizes)), how)
						: await takeTree(inspector, how)
				trees.push({ thread, tree })
			} catch (error) {
				// A worker may have ended meanwhile.
				if (thread === 0 || !(error instanceof InspectorError)) throw error
				lost++
			}
		}
		const tree = joinTrees(trees as [ThreadTree, ...ThreadTree[]])
		if (lost === 0) return tree
		const what = lost === 1 ? 'a worker is' : `${lost} workers are`
		return {
			...tree,
			warnings: [...tree.warnings, `${what} not in the tree: it is blocked, as by Atomics.wait, or has ended`],
		}
	}

	/**
	 * Leave the process as it was.
	 *
	 * @returns whether its inspector is closed, if it was opened for this
	 */
	async close(): Promise<boolean> {
		return this.#inspector.close()
	}
}

async function aboutThread(
	inspector: Inspector,
): Promise<HeapSizes & { readonly node: string; readonly pid: number; readonly thread: number }> {
	const { result } = await inspector.post('Runtime.evaluate', {
		expression: aboutSource,
		returnByValue: true,
		includeCommandLineAPI: true,
	})
	return (result as { value: HeapSizes & { node: string; pid: number; thread: number } }).value
}

/** Milliseconds without a message after which a worker is not waited for. */
function stallAfter(sizes: HeapSizes): number {
	return answerWithin + 3 * estimate(sizes).pauseMs
}

/**
 * The tree of a worker. One that is blocked may answer at first, and then no more.
 * @throws {InspectorError} if it does not
 */
async function takeUnlessStalled(worker: Protocol, patience: Patience, options: TakeTreeOptions): Promise<AwaitTree> {
	worker.onMessage = () => patience.renew()
	const tree = takeTree(worker, options)
	try {
		if ((await patience.within(tree, null)) === null) worker.end()
		return await tree
	} finally {
		worker.onMessage = () => {}
	}
}

/** What a worker answers; null if it does not in time, or ends before. */
async function soon<T>(answer: Promise<T>, pid: number | null): Promise<T | null> {
	return new Patience(pid, answerWithin).within(
		answer.catch(() => null),
		null,
	)
}

/** Executed in each thread. */
const aboutSource = `(() => {
	const builtin = name => (process.getBuiltinModule ?? require)(name)
	const v8 = builtin('node:v8')
	const large = v8.getHeapSpaceStatistics().filter(space => space.space_name.includes('large_object'))
	return {
		node: process.version,
		pid: process.pid,
		thread: builtin('node:worker_threads').threadId,
		used: v8.getHeapStatistics().used_heap_size,
		large: large.reduce((sum, space) => sum + space.space_used_size, 0),
	}
})()`
