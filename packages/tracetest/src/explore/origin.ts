import { nameOf, sitesBelow } from '../platform/callers.js'
import { isOwn } from '../platform/place.js'

/** Where a promise comes from, and so what a wait for it means. */
export interface PromiseOrigin {
	/**
	 * `own`: this package, as at a choice point. `chained`: an async function of the program, `then`, `Promise.all` and
	 * the like: code that waits for it waits for what it waits for. `raw`: `new Promise`, or a function of Node: nothing
	 * else shows what it waits for.
	 */
	readonly kind: 'own' | 'chained' | 'raw'
	/**
	 * The file of the code that has made it; undefined for a job of the language, such as the one for a promise that an
	 * async function returns.
	 */
	readonly file: string | undefined
	/** The call of the program that has made it; undefined if that is not among the innermost ones. */
	readonly call: string | undefined
	/** It is what an async generator has returned for a value to come. */
	readonly isNext: boolean
	/** The code of the program itself has made it, by the call of an async function or by an `await`. */
	readonly isBare: boolean
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

/** How many calls are looked at: first as many as most promises need, since each frame takes its time. */
const few = 3
const max = 8

/** The origin of a promise that is being made, by the stack below `hook`, of which V8 calls `hook`. */
export function originBelow(hook: (...args: never[]) => unknown): PromiseOrigin {
	const sites = sitesBelow(hook, few)
	return originIn(sites, sites.length < few) ?? originIn(sitesBelow(hook, max), true)!
}

/** @returns undefined if calls further out decide, where `sites` are not all that are looked at */
function originIn(sites: readonly NodeJS.CallSite[], isWhole: boolean): PromiseOrigin | undefined {
	let outermost: NodeJS.CallSite | undefined
	let isNext = false
	let nodes: string | undefined
	let isWithin = !isWhole
	for (const site of sites) {
		const file = nameOf(site)
		// What calls our hook, if there are others.
		if (file === 'node:internal/promise_hooks') continue
		// What runs microtasks. We may have asked for that ourselves.
		if (file === 'node:internal/process/task_queues') {
			isWithin = false
			break
		}
		// A function that is counted was called by the program.
		if (file.startsWith('node:') || counted.test(file)) {
			nodes ??= file
			continue
		}
		if (file === '') {
			outermost = site
			isNext ||= methodOf(site) === 'next'
			continue
		}
		if (nodes !== undefined) return { kind: 'raw', file: nodes, call: callOf(site), isNext: false, isBare: false }
		if (isOwn(file)) return { kind: 'own', file, call: undefined, isNext, isBare: false }
		const isChained = outermost === undefined || (!outermost.isConstructor() && chaining.has(methodOf(outermost)))
		return { kind: isChained ? 'chained' : 'raw', file, call: callOf(site), isNext, isBare: outermost === undefined }
	}
	if (isWithin) return undefined
	return { kind: nodes === undefined ? 'chained' : 'raw', file: nodes, call: undefined, isNext: false, isBare: false }
}

/** Where calls of functions of the language, and of Node, are counted. */
const counted = /[\\/]platform[\\/](?:census|outside)\.[jt]s$/

/** The same for each call at one place. */
export function callOf(site: NodeJS.CallSite): string {
	return `${nameOf(site)}:${site.getLineNumber()}:${site.getColumnNumber()}`
}

function methodOf(site: NodeJS.CallSite): string {
	return site.getFunctionName() ?? ''
}
