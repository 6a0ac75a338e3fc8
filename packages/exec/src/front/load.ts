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

let loaded: Full | null = null

/** Loads it, if it is not there yet. */
export function full(): Full {
	if (loaded !== null) return loaded
	const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)
	const make = require('./full.cjs') as (given: object) => { readonly modules: Full }
	return (loaded = make({ events, runtime, gen1 }).modules)
}

// For the other entries, without being part of the API.
shared(`full ${import.meta.url}`, () => full)

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
