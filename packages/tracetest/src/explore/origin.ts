import { nameOf, sitesBelow } from '../platform/callers.js'
import { isOwn } from '../platform/place.js'

/** Where a promise comes from, and so what a wait for it means. */
export interface Origin {
	/**
	 * `own`: this package, as at a choice point. `chained`: an async function of the program, `then`, `Promise.all` and the like: who waits for it waits for what it
	 * waits for. `raw`: `new Promise`, or a function of Node: nothing else tells what it waits for.
	 */
	readonly kind: 'own' | 'chained' | 'raw'
	/** The file of the code that has made it; undefined for a job of the language, such as the one for a promise that an async function returns. */
	readonly file: string | undefined
	/** It is what an async generator has returned for a value to come. */
	readonly isNext: boolean
}

/** Methods whose promise is settled by the promises that they are given. */
const chaining = new Set([
	'then',
	'catch',
	'finally',
	'all',
	'allSettled',
	'any',
	'race',
	'try',
	'resolve',
	'reject',
	'next',
	'return',
	'throw',
])

/** The origin of a promise that is being made, by the stack below `hook`, of which V8 calls `hook`. */
export function originBelow(hook: (...args: never[]) => unknown): Origin {
	let outermost: NodeJS.CallSite | undefined
	let isNext = false
	for (const site of sitesBelow(hook, 8)) {
		const file = nameOf(site)
		// What calls our hook, if there are others.
		if (file === 'node:internal/promise_hooks') continue
		// What runs microtasks. We may have asked for that ourselves.
		if (file === 'node:internal/process/task_queues') break
		if (file === '') {
			outermost = site
			isNext ||= methodOf(site) === 'next'
			continue
		}
		if (isOwn(file)) return { kind: 'own', file, isNext }
		if (file.startsWith('node:')) return { kind: 'raw', file, isNext: false }
		const isChained = outermost === undefined || (!outermost.isConstructor() && chaining.has(methodOf(outermost)))
		return { kind: isChained ? 'chained' : 'raw', file, isNext }
	}
	return { kind: 'chained', file: undefined, isNext: false }
}

function methodOf(site: NodeJS.CallSite): string {
	return site.getFunctionName() ?? ''
}
