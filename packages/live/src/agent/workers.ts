import { Session } from 'node:inspector'
import process from 'node:process'
import type { Worker } from 'node:worker_threads'

/**
 * Execute `source` in each worker of this thread that begins from now on, once it runs. This is by a session with the inspector within the process, which opens no port.
 *
 * @returns a function that ends it
 * @throws if the permission model denies the inspector
 */
export function executeInWorkers(source: string): () => void {
	const session = new Session()
	session.connect()
	/** The sessions of workers, by thread. */
	const sessions = new Map<string, string>()
	const online = new Set<string>()
	const execute = (thread: string): void => {
		const sessionId = sessions.get(thread)
		// Not those that have begun before: they are known.
		if (sessionId === undefined || !online.delete(thread)) return
		const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: source, awaitPromise: true } })
		// It may have ended already.
		session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {})
	}
	session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
		sessions.set(workerInfo.workerId, sessionId)
		execute(workerInfo.workerId)
	})
	session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, () => {})
	const onWorker = (worker: Worker): void => {
		const thread = String(worker.threadId)
		// Before that, it has not all that is executed needs.
		worker.once('online', () => {
			online.add(thread)
			execute(thread)
		})
		worker.once('exit', () => sessions.delete(thread))
	}
	process.on('worker', onWorker)
	return () => {
		process.off('worker', onWorker)
		session.disconnect()
	}
}
