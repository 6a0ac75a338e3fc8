import picomatch from 'picomatch'
import { splitId } from './ids.js'

/** Globs over ids of events, such as `hello:*`, `hello/**`, `**:traceRecv`. One that starts with `!` excludes. */
export type Globs = string | readonly string[]

/**
 * Whether an id is chosen. Trace package and event are matched apart: `*` does not cross `/`, `**` does, and `hello/**` is `hello` and all below it. The `/` behind
 * the scope of a package is crossed: `*:traceQuery` fits `@shop/db:traceQuery` too. A glob without a `:` is that of events in any package, and of trace packages: `traceReq*` fits
 * `hello:traceReqBegin`, and `hello` is `hello:*`.
 *
 * @throws TypeError if a glob is no string, or empty
 */
export function matcher(globs: Globs): (id: string) => boolean {
	const list = typeof globs === 'string' ? [globs] : globs
	if (!Array.isArray(list)) throw new TypeError(`record: events must be a glob over ids of events, or a list of them, not ${typeof globs}`)
	const compiled = (glob: string): ((id: string) => boolean) => {
		const at = glob.lastIndexOf(':')
		const ofPackage = packageMatcher(at === -1 ? glob : glob.slice(0, at))
		const ofEvent = picomatch(glob.slice(at + 1), { dot: true })
		return id => {
			const [category, name] = splitId(id)
			return at === -1 ? ofPackage(category) || ofEvent(name) : ofPackage(category) && ofEvent(name)
		}
	}
	const positive: ((id: string) => boolean)[] = []
	const negative: ((id: string) => boolean)[] = []
	for (const glob of list) {
		if (typeof glob !== 'string' || glob === '' || glob === '!')
			throw new TypeError(`record: events: ${JSON.stringify(glob)} is no glob over ids of events; write "hello:*", for instance`)
		if (glob === '*' || glob === '**') positive.push(() => true)
		else if (glob.startsWith('!')) negative.push(compiled(glob.slice(1)))
		else positive.push(compiled(glob))
	}
	// Only exclusions: from everything.
	const all = positive.length === 0
	return id => (all || positive.some(fits => fits(id))) && !negative.some(fits => fits(id))
}

/** The name of a package with a scope is one name, though there is a `/` in it. */
function packageMatcher(glob: string): (category: string) => boolean {
	const plain = picomatch(glob, { dot: true })
	const joined = picomatch(join(glob), { dot: true })
	return category => plain(category) || (category.startsWith('@') && joined(join(category)))
}

function join(text: string): string {
	return text.replace(/^(@[^/]*)\//, '$1~')
}
