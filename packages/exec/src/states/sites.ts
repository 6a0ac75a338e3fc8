// Where waits begin. Only the stack shows it, and only while the code that is going to wait still runs. So runs are
// sampled, and in those the last call that makes something to wait for is kept.
import { fileURLToPath } from 'node:url'
import type { Task } from '../tasks/task.js'
import { traceWaitSite } from './ztrace.js'

interface CallSite {
	readonly functionName: string
	readonly scriptName: string
	readonly lineNumber: number
	readonly columnNumber?: number
	/** The name on Node 22 and 23. */
	readonly column?: number
}

/**
 * Of `node:util`, which is loaded only where sites are sampled: an import of it runs each of its getters, which loads
 * much of Node.
 */
let getCallSites: ((frames: number) => readonly CallSite[]) | undefined

/** Enough for the frames of Node above those of the program. */
const maxFrames = 16

/**
 * The folder of this package's code: its frames are not where a program waits. This file is two folders deep, in both
 * module formats. Set when sampling starts.
 */
let own = ''

/** One run in this many is sampled; 0 for none. */
let every = 0
let isSampled = false
/** Where the task waits if it stops now, innermost call first. Without frames of Node. */
let site: readonly CallSite[] | null = null
const sites = new WeakMap<Task, CallSite>()

/** Sample one wait of `every`; 0 stops it. */
export function sampleSites(one: number): void {
	every = one
	isSampled = false
	site = null
	if (one === 0) return
	getCallSites ??= (process.getBuiltinModule('node:util') as unknown as { getCallSites?: typeof getCallSites })
		.getCallSites
	if (own === '') own = getCallSites?.(1)[0]?.scriptName.replace(/[^/\\]+[/\\][^/\\]+$/, '') ?? ''
}

/** A run begins: decide whether the wait after it is sampled. */
export function runBegins(): void {
	if (every !== 0) isSampled = every === 1 || Math.random() * every < 1
}

/** `task` stops. */
export function runEnds(task: Task): void {
	if (!isSampled) return
	isSampled = false
	if (site?.[0] !== undefined) sites.set(task, site[0])
	site = null
}

/** The current code creates something that may be waited for: a promise, a timer, a request. */
export function mayWaitHere(): void {
	if (!isSampled) return
	const all = getCallSites?.(maxFrames) ?? []
	// The first frames are those of this package.
	const frames = all.slice(all.findIndex(({ scriptName }) => !isOwn(scriptName)))
	const ofProgram = frames.filter(({ scriptName }) => scriptName !== '' && !isOfNode(scriptName))
	// Awaits of this package, such as the one for a task's end, do not belong to the program.
	if (ofProgram[0] === undefined || isOwn(ofProgram[0].scriptName)) return
	// A function that awaits its callee waits where the callee does.
	if (isOfNode(frames[0]!.scriptName) || site === null || !isCallerOf(ofProgram, site)) site = ofProgram
}

/** Whether `outer` are the frames of a call that is still running in `inner`, and has made progress since. */
function isCallerOf(outer: readonly CallSite[], inner: readonly CallSite[]): boolean {
	for (let depth = 1; depth < inner.length; depth++) {
		const length = Math.min(outer.length, inner.length - depth)
		let same = 0
		while (same < length && isSameCall(outer[same]!, inner[depth + same]!, same > 0)) same++
		if (same === length) return true
	}
	return false
}

function isSameCall(a: CallSite, b: CallSite, atSamePlace: boolean): boolean {
	return (
		a.scriptName === b.scriptName &&
		a.functionName === b.functionName &&
		(!atSamePlace || (a.lineNumber === b.lineNumber && a.columnNumber === b.columnNumber))
	)
}

/** Report where the wait of `task` that ends now began, if it was sampled. */
export function takeSite(task: Task): void {
	if (every === 0) return
	const found = sites.get(task)
	if (found === undefined) return
	sites.delete(task)
	traceWaitSite(task.id, textOf(found), every)
}

/** Where the present wait of `task` began, if it was sampled. */
export function siteOf(task: Task): string | null {
	const found = sites.get(task)
	return found === undefined ? null : textOf(found)
}

function textOf({ scriptName, lineNumber, columnNumber, column }: CallSite): string {
	return `${pathOf(scriptName)}:${lineNumber}:${columnNumber ?? column ?? 1}`
}

function isOfNode(script: string): boolean {
	return script.startsWith('node:')
}

function isOwn(script: string): boolean {
	return (own !== '' && script.startsWith(own)) || ofPackage.test(script)
}

/** The same package, in another copy. */
const ofPackage = /[/\\]@tsgotrace[/\\](?:exec|runtime|record)[/\\]/

function pathOf(script: string): string {
	return script.startsWith('file:') ? fileURLToPath(script) : script
}
