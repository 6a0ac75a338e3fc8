// Loads all of the package.
import * as runtime from '@tsgotrace/runtime'
import * as gen1 from '@tsgotrace/runtime/gen1'
import { events } from '../events.js'
import type * as index from '../index.js'
import { shared } from '../realm.js'
import type * as remote from '../remote/index.js'
import type { Remote } from '../remote/types.js'

/** The modules of `full.cjs` that others use, by the paths of their files. */
interface Full {
	readonly 'index.js': typeof index
	readonly 'remote/index.js': typeof remote
	readonly [other: string]: object
}

/** What `full.cjs` exports. */
type Make = (given: object) => { readonly modules: Full }

/** At the end of the built file. Bundlers see which file it names, and take that with them. */
declare function requireFull(): Make

let loaded: Full | null = null

/** Loads it, if it is not there yet. */
export function full(): Full {
	return (loaded ??= make()({ events, runtime, gen1 }).modules)
}

function make(): Make {
	try {
		return requireFull()
	} catch {
		// An ES module that is not part of a bundle has no `require`.
		const { createRequire } = process.getBuiltinModule('node:module')
		const { fileURLToPath } = process.getBuiltinModule('node:url')
		return createRequire(import.meta.url)(fileURLToPath(new URL('./full.cjs', import.meta.url))) as Make
	}
}

/** For the other entries, without being part of the API: `full` by the function that they import from this copy. */
export const fulls: WeakMap<object, typeof full> = shared('fulls', () => new WeakMap())

// What it connects to the events starts at once, if they have probes by then.
runtime.connectProducer(events, () => {
	full()
	return () => {}
})

// Another process may look at it at any time.
shared(
	'remote',
	(): Remote => ({
		set: changes => full()['remote/index.js'].remote.set(changes),
		settings: () => full()['remote/index.js'].remote.settings(),
		tasks: () => full()['remote/index.js'].remote.tasks(),
		whyNoStates: () => full()['remote/index.js'].remote.whyNoStates(),
	}),
)
