import picomatch from 'picomatch'
import { splitId } from './ids.js'

/** Globs over event ids, such as `hello:*`, `hello/**`, `**:traceRecv`. A glob that starts with `!` excludes. */
export type Globs = string | readonly string[]

/**
 * Whether the globs select an id. Trace package and event are matched separately: `*` does not match `/`, `**` does,
 * and `hello/**` is `hello` and everything below it. The `/` after the scope of a package counts as a letter:
 * `*:traceQuery` also matches `@shop/db:traceQuery`. A glob without `:` matches events of any package, and trace
 * packages: `traceReq*` matches `hello:traceReqBegin`, and `hello` is the same as `hello:*`.
 *
 * @throws TypeError if a glob is not a string, or is empty
 */
export function matcher(globs: Globs): (id: string) => boolean {
	const list = typeof globs === 'string' ? [globs] : globs
	if (!Array.isArray(list))
		throw new TypeError(`record: events must be a glob over event ids, or a list of globs, not ${typeof globs}`)
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
			throw new TypeError(
				`record: events: ${JSON.stringify(glob)} is not a glob over event ids; an example is "hello:*"`,
			)
		if (glob === '*' || glob === '**') positive.push(() => true)
		else if (glob.startsWith('!')) negative.push(compiled(glob.slice(1)))
		else positive.push(compiled(glob))
	}
	// Only exclusions: they exclude from all events.
	const all = positive.length === 0
	return id => (all || positive.some(fits => fits(id))) && !negative.some(fits => fits(id))
}

/** The name of a package with a scope is one name, although it contains a `/`. */
function packageMatcher(glob: string): (category: string) => boolean {
	const plain = picomatch(glob, { dot: true })
	const joined = picomatch(join(glob), { dot: true })
	return category => plain(category) || (category.startsWith('@') && joined(join(category)))
}

function join(text: string): string {
	return text.replace(/^(@[^/]*)\//, '$1~')
}
