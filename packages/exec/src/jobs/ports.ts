// Ports of which the program gets messages. Node has others between a thread and its workers.
import type { Worker } from 'node:worker_threads'
import { placesOfStack } from '../tasks/place.js'

/** Whether the program makes the port that is being made now: with a channel, or by receiving it. */
export function isUsersPort(): boolean {
	return !placesOfStack().some(place => place !== null && place.startsWith('node:internal/worker:'))
}

/**
 * Call `found` with the port between this thread and the one that started it, and with that of each worker that it
 * starts.
 */
export function portsOfWorkers(found: (port: object) => void): () => void {
	const { parentPort } = process.getBuiltinModule('node:worker_threads')
	if (parentPort !== null) found(parentPort)
	const started = (worker: Worker): void => {
		const symbol = Object.getOwnPropertySymbols(worker).find(({ description }) => description === 'kPublicPort')
		const port: unknown = symbol === undefined ? undefined : Object.getOwnPropertyDescriptor(worker, symbol)?.value
		if (typeof port === 'object' && port !== null) found(port)
	}
	process.on('worker', started)
	return () => process.removeListener('worker', started)
}
