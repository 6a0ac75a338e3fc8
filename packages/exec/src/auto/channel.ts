import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

type Subscriber = (message: never) => void

/**
 * Subscribe to channels of Node and of frameworks. An error in a subscriber would be an uncaught exception of the
 * program, and a message of another version may lack fields: such errors are ignored.
 *
 * @returns a function that unsubscribes
 */
export function subscribeAll(subscribers: Readonly<Record<string, Subscriber>>): () => void {
	const safe = Object.entries(subscribers).map(([name, fn]) => {
		const listener = (message: unknown): void => {
			try {
				fn(message as never)
			} catch {
				// The program goes on without this task or name.
			}
		}
		subscribe(name, listener)
		return () => unsubscribe(name, listener)
	})
	return () => {
		for (const end of safe) end()
	}
}

/** A request of undici, which implements fetch. */
export interface UndiciRequest {
	readonly origin?: string | URL
	readonly method: string
	readonly path: string
	readonly headers: unknown
	addHeader(name: string, value: string): void
}

export function originOf(request: ClientRequest): string {
	const host = request.getHeader('host')
	return `${request.protocol}//${typeof host === 'string' ? host : request.host}`
}
