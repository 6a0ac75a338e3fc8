/**
 * How long something that is alive may take: a request ends by itself, a timer at its time, a handle may stay silent
 * forever.
 */
export type Kind = 'request' | 'timer' | 'handle'

/**
 * Types of resources that mean nothing: objects of JavaScript, or ones that live until they are collected. What could
 * wake them is a separate resource: the socket below an HTTP message or a TLS or HTTP/2 session, the request of a file
 * handle, the timer of a resolver.
 */
const silent = new Set([
	'Microtask',
	'HTTPINCOMINGMESSAGE',
	'HTTPCLIENTREQUEST',
	'HTTP2SESSION',
	'HTTP2STREAM',
	'HTTP2SETTINGS',
	'HTTP2PING',
	'TLSWRAP',
	'DNSCHANNEL',
	'ELDHISTOGRAM',
	'FILEHANDLE',
	'DIRHANDLE',
	'STREAMPIPE',
	'JSSTREAM',
	'SIGINTWATCHDOG',
])

export function isSilent(type: string): boolean {
	return silent.has(type)
}

/** Types that live long, and work only between a call of this method and their callback. */
const workers: Readonly<Record<string, string>> = { ZLIB: 'write', BLOBREADER: 'pull' }

/** The method that lets a resource of this type work. */
export function workMethod(type: string): string | undefined {
	return workers[type]
}

const request = /REQ|WRITEWRAP|SHUTDOWNWRAP|CONNECTWRAP|QUERYWRAP|GETADDRINFO|GETNAMEINFO/i

export function kindOf(type: string): Kind {
	if (type === 'Timeout' || type === 'Immediate') return 'timer'
	// An unknown type is counted until it is destroyed: it may be one that speaks more than once.
	return request.test(type) ? 'request' : 'handle'
}

/**
 * Whether its callback is called once, and it is done then. Node says that such ones are destroyed much later, some
 * when collected.
 */
export function isOnce(type: string, kind: Kind): boolean {
	return kind === 'request' || type === 'Immediate'
}
