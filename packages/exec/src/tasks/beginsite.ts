// Where tasks begin. A stack takes longer than all else of a task, so it is taken for the first tasks of a name and for
// one of several later ones: tasks of one name begin at one place.
import { shared } from '../realm.js'
import { placesOfStack } from './place.js'
import type { Task } from './task.js'

/** Number of first tasks of a name whose stacks are taken; afterwards one in this many. */
const first = 4
const every = 64
/** Names of which the place is known. Names may be without number. */
const maxNames = 2000

/** How many want the place of each task. */
const wanted = shared('begin sites', () => ({ all: 0 }))
const names = new Map<string, { count: number; site: string | null }>()
const ofTask = new WeakMap<Task, string>()

/** Take the place of each task from now on, until what it returns is called. */
export function takeAllSites(): () => void {
	wanted.all++
	return () => void wanted.all--
}

/** A task begins, in the code that runs now. */
export function beginsHere(task: Task): void {
	const { name } = task
	let known = names.get(name)
	if (known === undefined) {
		if (names.size >= maxNames && wanted.all === 0) return
		known = { count: 0, site: null }
		if (names.size < maxNames) names.set(name, known)
	}
	const nth = known.count++
	if (wanted.all === 0 && nth >= first && nth % every !== 0) return
	const site = siteOfCaller()
	known.site = site ?? known.site
	if (site !== null) ofTask.set(task, site)
}

/** `file:line:column` at which a task began, or another one of its name. Null: unknown, as of requests. */
export function beginSiteOf(task: Task): string | null {
	return ofTask.get(task) ?? names.get(task.name)?.site ?? null
}

/** The folder of this package, with a separator; empty if that is unknown. */
let own: string | null = null
/** What it has in there that may be in a stack: with source maps, one copy of it is in both. */
const folders = /^(?:src|dist)[/\\]/

function siteOfCaller(): string | null {
	const sites = placesOfStack()
	own ??= /^(.*[/\\])(?:src|dist)[/\\]/.exec(sites[0] ?? '')?.[1] ?? ''
	const folder = own
	const isOwn = (site: string): boolean =>
		folder !== '' && site.startsWith(folder) && folders.test(site.slice(folder.length))
	return sites.find(site => site !== null && !site.startsWith('node:') && !isOwn(site) && !ofPackage.test(site)) ?? null
}

/** The same package, in another copy. */
const ofPackage = /[/\\]@tsgotrace[/\\]exec[/\\]/
