import { Session } from 'node:inspector'
import type { AwaitTree } from '../model.js'
import { type Inspector, InspectorError } from './inspector.js'
import { type TakeTreeOptions, takeTree } from './take.js'

/**
 * What the async functions of this process wait for, now. For tests that time out and handlers of errors.
 *
 * A heap snapshot is taken: that stops the thread for about 0.3 to 1 second if the heap is small, and for a second for
 * each 8 MB of small objects if it is not, and needs up to 10 times the memory of the heap. Do not call it in a server
 * that has gigabytes.
 *
 * @throws {InspectorError} if the permission model denies the inspector
 * @example
 * import { awaitTree, treeText } from '@tsgotrace/tree'
 *
 * async function report(): Promise<void> {
 * 	console.error(treeText(await awaitTree()))
 * }
 * setTimeout(report, 60_000).unref()
 */
export async function awaitTree(options: TakeTreeOptions = {}): Promise<AwaitTree> {
	const session = new Session()
	session.connect()
	try {
		return await takeTree(new OwnInspector(session), { node: process.version, ...options })
	} finally {
		session.disconnect()
	}
}

/** The inspector of the own thread. Commands are executed before `post` returns. */
class OwnInspector implements Inspector {
	readonly #session: Session

	constructor(session: Session) {
		this.#session = session
	}

	async post(
		method: string,
		params: Readonly<Record<string, unknown>> = {},
	): Promise<Readonly<Record<string, unknown>>> {
		return new Promise((resolve, reject) => {
			this.#session.post(method, params, (error, result) => {
				if (error === null) resolve((result ?? {}) as Readonly<Record<string, unknown>>)
				else reject(new InspectorError(`${method}: ${error.message}`))
			})
		})
	}

	on(event: string, listener: (params: Readonly<Record<string, unknown>>) => void): void {
		this.#session.on(event, ({ params }: { params: Readonly<Record<string, unknown>> }) => listener(params))
	}
}
