/** Objects on the path to a holder that carry no information. */
export const glue: RegExp =
	/^(Object|Array|Map|Set|Listener|FixedCircularBuffer|FixedQueue|Promise|WeakRef|Arguments|global.*|Window.*|AsyncContextFrame|ReadableStreamAsyncIteratorReadRequest)$/

/** Well-known classes of Node, at which a chain ends. */
const leaves = new Set([
	'EventEmitter',
	'EventTarget',
	'AbortSignal',
	'MessagePort',
	'Worker',
	'ChildProcess',
	'Timeout',
	'Immediate',
	'Socket',
	'Server',
	'TLSSocket',
	'ClientRequest',
	'IncomingMessage',
	'ServerResponse',
	'Readable',
	'Writable',
	'Duplex',
	'Transform',
	'PassThrough',
	'ReadStream',
	'WriteStream',
	'ReadableStream',
	'Interface',
])

/** Whether a chain ends at objects of a class of Node or of its native code. */
export function isLeafClass(name: string): boolean {
	return leaves.has(name) || /^(Http2\w+|\w*Job|\w*Req\w*Wrap|FSReq\w+)$/.test(name)
}

/** Whether an object of a class is a global object. */
export function isGlobal(name: string): boolean {
	return name.startsWith('global')
}
