import { splitId } from './ids.js'
import { type Globs, matcher } from './match.js'

/** Trace packages whose events slow down each `await`, or run V8's sampler, while a probe is attached to them. */
const costly: ReadonlySet<string> = new Set(['@tsgotrace/exec/states', '@tsgotrace/exec/stalls', '@tsgotrace/exec/cpu'])

/**
 * Which events are recorded. `*`, which is the default, means all except expensive ones: a glob has to name those.
 *
 * @throws TypeError as {@link matcher}
 */
export function selection(globs: Globs = '*'): (id: string) => boolean {
	const fits = matcher(globs)
	const naming = (typeof globs === 'string' ? [globs] : globs).filter(
		glob => glob !== '*' && glob !== '**' && !glob.startsWith('!'),
	)
	const names = naming.length === 0 ? () => false : matcher(naming)
	return id => fits(id) && (!costly.has(splitId(id)[0]) || names(id))
}
