import { type TakeTreeOptions, takeTree } from '../live/take.js'
import type { AwaitTree } from '../model.js'
import { estimate, type HeapSizes, objection, type SnapshotCost } from './estimate.js'
import { OpenInspector } from './inspector.js'
import { freeMemory } from './memory.js'
import { rootOf } from './namespaces.js'
import type { ListeningPort } from './ports.js'

/** A process whose inspector we are connected to. */
export class Attachment {
	/** The version of Node there. */
	readonly node: string
	readonly estimate: SnapshotCost
	/** How many bytes of memory the process may still allocate. */
	readonly free: number
	readonly #inspector: OpenInspector
	readonly #root: string

	private constructor(
		inspector: OpenInspector,
		{ node, sizes, free, root }: { node: string; sizes: HeapSizes; free: number; root: string },
	) {
		this.#inspector = inspector
		this.#root = root
		this.node = node
		this.estimate = estimate(sizes)
		this.free = free
	}

	/**
	 * Attach to a process by its pid. Its inspector is opened by SIGUSR1, on the loopback interface, unless it is open already.
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
			const about = await inspector.protocol.post('Runtime.evaluate', {
				expression: aboutSource,
				returnByValue: true,
				includeCommandLineAPI: true,
			})
			const { node, pid: own, ...sizes } = (about['result'] as { value: HeapSizes & { node: string; pid: number } }).value
			return new Attachment(inspector, { node, sizes, free: freeMemory(pid ?? own), root: pid === null ? '' : rootOf(pid) })
		} catch (error) {
			await inspector.close()
			throw error
		}
	}

	/** Why a snapshot should not be taken without consent; null if there is no objection. */
	get objection(): string | null {
		return objection(this.estimate, this.free)
	}

	/** Take the tree. The process is stopped meanwhile. */
	async tree(options: TakeTreeOptions = {}): Promise<AwaitTree> {
		await this.#inspector.renew()
		return takeTree(this.#inspector.protocol, { node: this.node, root: this.#root, ...options })
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

/** Executed in the process. */
const aboutSource = `(() => {
	const v8 = (process.getBuiltinModule ?? require)('node:v8')
	const large = v8.getHeapSpaceStatistics().filter(space => space.space_name.includes('large_object'))
	return {
		node: process.version,
		pid: process.pid,
		used: v8.getHeapStatistics().used_heap_size,
		large: large.reduce((sum, space) => sum + space.space_used_size, 0),
	}
})()`
