import { Session } from 'node:inspector'
import process from 'node:process'
import type { Worker } from 'node:worker_threads'

/**
 * Execute `source` in each worker of this thread that begins from now on, once it runs. This is by a session with the
 * inspector within the process, which opens no port.
 *
 * @returns a function that ends it
 * @throws if the permission model denies the inspector
 */
export function executeInWorkers(source: string): () => void {
	const session = new Session()
	session.connect()
	/** Sessions with workers in which it was not executed. Their ids are not those of threads. */
	const sessions = new Set<string>()
	/** Threads that run, in which it was not executed. */
	const online = new Set<number>()
	let last = 0
	const execute = (sessionId: string, thread: number): void => {
		// Workers that have begun before are known, and have other ids. In one that is just beginning, not all is there
		// that is executed needs.
		const isIt = `typeof process === 'object' && typeof process.getBuiltinModule === 'function' && process.getBuiltinModule('node:worker_threads').threadId === ${thread}`
		const params = { expression: `${isIt} ? (${source}, ${thread}) : 0`, returnByValue: true }
		const message = JSON.stringify({ id: ++last, method: 'Runtime.evaluate', params })
		// It may have ended already.
		session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {})
	}
	session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
		sessions.add(sessionId)
		for (const thread of online) execute(sessionId, thread)
	})
	session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => sessions.delete(sessionId))
	session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
		const { result } = JSON.parse(message) as { result?: { result?: { value?: unknown } } }
		const thread = result?.result?.value
		if (typeof thread !== 'number' || thread === 0) return
		sessions.delete(sessionId)
		online.delete(thread)
	})
	session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => {})
	const onWorker = (worker: Worker): void => {
		const thread = worker.threadId
		worker.once('online', () => {
			online.add(thread)
			for (const sessionId of sessions) execute(sessionId, thread)
		})
		worker.once('exit', () => online.delete(thread))
	}
	process.on('worker', onWorker)
	return () => {
		process.off('worker', onWorker)
		session.disconnect()
	}
}
