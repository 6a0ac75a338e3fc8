// Names of requests: by route if the framework reports it, otherwise by path without the parts that differ in each
// request.

/** What looks like an id in a path: a number, a UUID, a long hexadecimal or mixed text with digits. */
const ids = [
	/^\d+$/,
	/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
	/^[\da-f]{12,}$/i,
	/^(?=.*\d)[\w-]{20,}$/,
]

/** Maximum number of segments of a path that are kept. */
const maxSegments = 8

/** `/user/42/items?x=1` as `/user/:id/items`. */
export function pathName(target: string): string {
	// Proxies get whole URLs, and OPTIONS may have an asterisk.
	const path = target.startsWith('/') ? target : withoutOrigin(target)
	const end = path.search(/[?#;]/)
	const segments = (end < 0 ? path : path.slice(0, end)).split('/')
	const named = segments.slice(0, maxSegments + 1).map(segment => (isId(segment) ? ':id' : segment.slice(0, 64)))
	return `${named.join('/')}${segments.length > maxSegments + 1 ? '/…' : ''}` || '/'
}

function withoutOrigin(target: string): string {
	return /^[a-z]+:\/\/[^/]*(?=\/|$)/i.test(target) ? target.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/' : target
}

/** Whether a segment of a path is an id: one that is short and has no digit is not. */
function isId(segment: string): boolean {
	return (segment.length > 11 || /\d/.test(segment)) && ids.some(id => id.test(segment))
}

/** The name of a task for an incoming request. */
export function requestName(method: string | undefined, target: string | undefined): string {
	return routeName(method, pathOf(target ?? '/'))
}

/** Paths that are their own names: a program has few of them, and most requests have one of these. */
const plain = new Set<string>()

function pathOf(target: string): string {
	if (plain.has(target)) return target
	const path = pathName(target)
	if (path === target && plain.size < maxKnown) plain.add(target)
	return path
}

/** Names that are kept: a name that was used before is faster to look up than a new string. */
const names = new Map<string, Map<string, string>>()
const maxKnown = 1000

/** The name of a task for an incoming request whose route, or path without ids, is known. */
export function routeName(method = 'GET', route: string): string {
	let ofMethod = names.get(method)
	if (ofMethod === undefined) {
		// HTTP allows any word as method.
		if (names.size >= maxMethods) return `${method} ${route}`
		names.set(method, (ofMethod = new Map()))
	}
	let name = ofMethod.get(route)
	if (name === undefined) {
		name = `${method} ${route}`
		if (ofMethod.size < maxKnown) ofMethod.set(route, name)
	}
	return name
}

const maxMethods = 50
