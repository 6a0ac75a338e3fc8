import type { Server } from 'node:http'
import { isLoopback } from './access.js'
import { type TraceHandlerOptions, traceHandler } from './handler.js'

/** Options of {@link traceServer}. */
export interface TraceServerOptions extends TraceHandlerOptions {
	readonly port: number
	/** The address to listen on. Default 127.0.0.1. An address that is not a loopback address needs a token. */
	readonly host?: string
}

/**
 * A separate server for {@link traceHandler}. It does not keep the process alive.
 *
 * @throws Error for a public address without a token; TypeError for invalid options
 * @example
 * import { traceServer } from '@tsgotrace/exec/control'
 * traceServer({ port: 0 }).close()
 */
export function traceServer({ port, host = '127.0.0.1', ...options }: TraceServerOptions): Server {
	if (options.token === undefined && !isLoopback(host) && host !== 'localhost')
		throw new Error(
			`traceServer: other machines can reach ${host}, and a trace contains arguments of the program\n  hint: give a token, or leave out host`,
		)
	const handler = traceHandler(options)
	// Loaded only here: not every program that traces has a server.
	const server = process.getBuiltinModule('node:http').createServer((request, response) => handler(request, response))
	return server.listen(port, host).unref()
}
