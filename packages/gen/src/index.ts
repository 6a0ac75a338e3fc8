// What is not needed to find out that nothing has changed is loaded when it is asked for.
import type { DoctorReport } from './doctor.js'
import type { GenOptions, GenResult } from './gen.js'
import type { GenSession } from './gensession.js'
import type { ListOptions, ListResult } from './list.js'
import type { WatchOptions } from './watch.js'

export { type Colors, type Diagnostic, format, type Related, type Severity } from './diagnostic.js'
export type { DoctorReport } from './doctor.js'
export type { DoctorCheck } from './doctorsetup.js'
export { type GenOptions, type GenResult, gen } from './gen.js'
export type { GenSession } from './gensession.js'
export type { ListedEvent, ListedImport, ListOptions, ListResult } from './list.js'
export type { WatchOptions } from './watch.js'

/**
 * A session for tools that hear of changes themselves, such as plugins of bundlers. With `fix`, use {@link gen}.
 *
 * @example
 * import { resolve } from 'node:path'
 * import { openSession } from '@tsgotrace/gen'
 *
 * const session = await openSession({ roots: [process.cwd()], cwd: process.cwd() })
 * await session.generate()
 * const { written } = await session.changed([resolve('src/conn.ts')])
 */
export async function openSession(options: GenOptions): Promise<GenSession> {
	const module = await import('./gensession.js')
	return new module.GenSession(options)
}

/** List the events of source directories and of installed packages, sorted by id. */
export async function list(options: ListOptions): Promise<ListResult> {
	return (await import('./list.js')).list(options)
}

/** Check the package in directory `target`, or the installed package of that name. Null if there is neither. */
export async function doctor(target: string, cwd: string): Promise<DoctorReport | null> {
	return (await import('./doctor.js')).doctor(target, cwd)
}

/**
 * Generate once, and then again whenever a source changes: only what the changed directories generate, and what imports them. Our own
 * output triggers nothing unless somebody else changes it. Never returns; ends with the process or with `signal`.
 *
 * @param onResult told of the first run and of each later one that changed something or found something wrong
 */
export async function watch(options: WatchOptions, onResult: (result: GenResult) => void): Promise<void> {
	return (await import('./watch.js')).watch(options, onResult)
}
