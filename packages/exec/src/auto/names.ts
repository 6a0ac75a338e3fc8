// Names of requests: by route if the framework reports it, otherwise by path without the parts that differ in each request.

/** What looks like an id in a path: a number, a UUID, a long hexadecimal or mixed text with digits. */
const ids = [/^\d+$/, /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i, /^[\da-f]{12,}$/i, /^(?=.*\d)[\w-]{20,}$/]

/** Maximum number of segments of a path that are kept. */
const maxSegments = 8

/** `/user/42/items?x=1` as `/user/:id/items`. */
export function pathName(target: string): string {
	// Proxies get whole URLs, and OPTIONS may have an asterisk.
	const path = /^[a-z]+:\/\/[^/]*(?=\/|$)/i.test(target) ? target.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/' : target
	const end = path.search(/[?#;]/)
	const segments = (end < 0 ? path : path.slice(0, end)).split('/')
	const named = segments.slice(0, maxSegments + 1).map(segment => (ids.some(id => id.test(segment)) ? ':id' : segment.slice(0, 64)))
	return `${named.join('/')}${segments.length > maxSegments + 1 ? '/…' : ''}` || '/'
}

/** The name of a task for an incoming request. */
export function requestName(method: string | undefined, target: string | undefined): string {
	return `${method ?? 'GET'} ${pathName(target ?? '/')}`
}
