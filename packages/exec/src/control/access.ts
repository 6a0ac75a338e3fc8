// Who has access. A trace contains arguments of the program, so only clients on this machine or with the token may have
// it.

const minTokenLength = 16

/** @throws TypeError */
export function checkToken(what: string, token: unknown): void {
	if (token === undefined || (typeof token === 'string' && token.length >= minTokenLength)) return
	throw new TypeError(
		`${what}: token must be a string of at least ${minTokenLength} characters\n  hint: openssl rand -hex 16 makes one`,
	)
}

/** What a request reveals about the client. */
export interface Asker {
	/** Address of the client; null if it is unknown, as for a `Request`. */
	readonly remote: string | null
	readonly header: (name: string) => string | null
	/** The token in the query. */
	readonly token: string | null
}

/** Why `asker` is refused; null if it has access. */
export function refusal(
	token: string | undefined,
	asker: Asker,
): { readonly status: 401 | 403; readonly text: string } | null {
	if (token !== undefined) {
		const given = /^Bearer +(.+)$/i.exec(asker.header('authorization') ?? '')?.[1] ?? asker.token
		return given !== null && isSame(given, token)
			? null
			: { status: 401, text: 'give the token, as "Authorization: Bearer TOKEN" or ?token=TOKEN' }
	}
	const why = strange(asker)
	return why === null
		? null
		: { status: 403, text: `${why}\n  hint: traceHandler({ token }) lets in clients with the token` }
}

function strange({ remote, header }: Asker): string | null {
	if (remote === null) return 'without a token the address of the client must be known, and a Request does not have it'
	if (!isLoopback(remote)) return 'without a token only clients on this machine have access'
	// A proxy on this machine may act for others, and so may a browser page whose host name now resolves to this machine.
	if (['forwarded', 'x-forwarded-for', 'x-real-ip'].some(name => header(name) !== null))
		return 'without a token only clients on this machine have access, and this request came through a proxy'
	const host = (header('host') ?? '').replace(/:\d+$/, '')
	if (!isLoopback(host) && host !== 'localhost')
		return `without a token the host must be localhost, not ${JSON.stringify(host)}`
	const site = header('sec-fetch-site')
	return site === 'cross-site' || site === 'same-site' ? 'without a token pages of other sites have no access' : null
}

/** Whether an address is a loopback address. */
export function isLoopback(address: string): boolean {
	return /^(127\.\d+\.\d+\.\d+|\[?::1\]?|::ffff:127\.\d+\.\d+\.\d+)$/i.test(address)
}

/** In constant time, wherever they differ. */
function isSame(a: string, b: string): boolean {
	const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto')
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
	return timingSafeEqual(digest(a), digest(b))
}
