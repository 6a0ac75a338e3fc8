// What Node loads for an import of the package: the descriptors of its events, and the functions of its API, which do
// nothing but call what they are given while no probe is attached. Everything else takes several times as long to load,
// and is loaded with the first probe. `scripts/bundle.mjs` builds both; bundlers get `src/index.ts`, as one text.
import type * as index from '../index.js'
import { isTracing } from '../tasks/storage.js'
import { full, fulls } from './load.js'

let api: typeof index | null = null

function all(): typeof index {
	return (api ??= { ...full()['index.js'] })
}

/** Whether a call only has to call `fn`. If not, all of the package does what is to be done, and says what is wrong. */
function isOff(name: unknown, fn: unknown): boolean {
	return api === null && !isTracing() && typeof name === 'string' && name !== '' && typeof fn === 'function'
}

export const task: typeof index.task = (name, fn, options) =>
	isOff(name, fn) ? fn(null) : all().task(name, fn, options)

export const spawn: typeof index.spawn = (name, fn, options) => {
	if (isOff(name, fn)) fn(null)
	else all().spawn(name, fn, options)
}

const nothing: Disposable = { [Symbol.dispose]() {} }

export const region = ((name: string, fn?: () => unknown) => {
	if (isOff(name, fn === undefined ? isOff : fn)) return fn === undefined ? nothing : fn()
	return all().region(name, fn!)
}) as typeof index.region

export const log: typeof index.log = (key, text) => {
	if (api !== null || isTracing()) all().log(key, text)
}

export const currentTask: typeof index.currentTask = () => (api !== null || isTracing() ? all().currentTask() : null)

export const liveTasks: typeof index.liveTasks = () => all().liveTasks()
export const lostTasks: typeof index.lostTasks = () => all().lostTasks()
export const configureSampling: typeof index.configureSampling = rule => all().configureSampling(rule)
export const configureStates: typeof index.configureStates = changes => all().configureStates(changes)
export const configureTasks: typeof index.configureTasks = changes => all().configureTasks(changes)
export const parseTraceParent: typeof index.parseTraceParent = text => all().parseTraceParent(text)

fulls.set(task, full)
