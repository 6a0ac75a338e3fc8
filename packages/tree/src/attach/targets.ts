import { get } from 'node:http'
import type { ListeningPort } from './ports.js'

/** The address of the inspector on a port; null if something else listens there, or nothing. */
export async function inspectorAt({ host, port }: ListeningPort): Promise<string | null> {
	const text = await new Promise<string | null>(resolve => {
		const request = get({ host, port, path: '/json/list', timeout: 2000, agent: false }, response => {
			let body = ''
			response.setEncoding('utf8')
			response.on('data', (part: string) => {
				body += part
				if (body.length > 1 << 20) request.destroy()
			})
			response.on('end', () => resolve(body))
			response.on('error', () => resolve(null))
			response.on('close', () => resolve(null))
		})
		request.on('timeout', () => request.destroy())
		request.on('error', () => resolve(null))
	})
	if (text === null) return null
	try {
		const [target] = JSON.parse(text) as readonly { readonly webSocketDebuggerUrl?: string }[]
		return target?.webSocketDebuggerUrl ?? null
	} catch {
		return null
	}
}
