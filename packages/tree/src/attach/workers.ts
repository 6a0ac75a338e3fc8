import type { Inspector } from '../live/inspector.js'
import { Protocol } from './client.js'

/** The workers that run now, by way of the inspector of the main thread. Not those that workers have started. */
export async function workersOf(main: Inspector): Promise<Protocol[]> {
	const workers = new Map<string, Protocol>()
	main.on('NodeWorker.attachedToWorker', ({ sessionId }) => {
		const id = sessionId as string
		const send = (message: string): void => {
			main.post('NodeWorker.sendMessageToWorker', { sessionId: id, message }).catch(() => workers.get(id)?.end())
		}
		workers.set(id, new Protocol(send))
	})
	main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) =>
		workers.get(sessionId as string)?.receive(message as string),
	)
	main.on('NodeWorker.detachedFromWorker', ({ sessionId }) => workers.get(sessionId as string)?.end())
	// Those that run are reported before this is answered.
	await main.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
	return [...workers.values()]
}
