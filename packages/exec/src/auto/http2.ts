// Incoming requests of node:http2, from Node 22 on: older versions publish nothing.
import { parseBaggage } from '../propagation/baggage.js'
import { parseTraceParent } from '../propagation/traceparent.js'
import { enter, leave } from '../tasks/scope.js'
import { Task } from '../tasks/task.js'
import { subscribeAll } from './channel.js'
import { idsOf } from './ids.js'
import { requestName } from './names.js'
import { autoOptions } from './options.js'
import { serve, servedBy } from './served.js'

type Headers = Readonly<Record<string, string | string[] | undefined>>

interface Created {
	readonly stream: object
	readonly headers: Headers
}

interface Ended {
	readonly stream: {
		readonly sentHeaders?: Readonly<Record<string, string | number | undefined>>
		readonly aborted?: boolean
	}
	readonly error?: Error
}

export function tasksOfStreams(): () => void {
	const text = (headers: Headers, name: string): string | undefined => {
		const value = headers[name]
		return typeof value === 'string' ? value : undefined
	}
	return subscribeAll({
		'http2.server.stream.created': ({ stream, headers }: Created) => {
			if (!autoOptions().requests) return leave()
			const task = new Task({
				name: requestName(text(headers, ':method'), text(headers, ':path')),
				kind: 'request',
				parent: null,
				remote: parseTraceParent(headers['traceparent']),
				baggage: parseBaggage(headers['baggage']),
				ids: idsOf(headers),
			})
			serve(stream, task)
			enter(task)
		},
		'http2.server.stream.error': ({ stream, error }: Ended) => {
			servedBy(stream)?.end('threw', error === undefined ? '' : `${error.name}: ${error.message}`)
		},
		'http2.server.stream.close': ({ stream }: Ended) => {
			servedBy(stream)?.end(
				stream.aborted === true ? 'aborted' : 'returned',
				String(stream.sentHeaders?.[':status'] ?? ''),
			)
		},
	})
}
