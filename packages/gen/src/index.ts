// The modules that are not needed to find out that nothing has changed are loaded on demand.
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
 * A session for tools that track changes themselves, such as bundler plugins. For `fix`, use {@link gen}.
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

/** Check the package in directory `target`, or the installed package of that name. Null if neither exists. */
export async function doctor(target: string, cwd: string): Promise<DoctorReport | null> {
	return (await import('./doctor.js')).doctor(target, cwd)
}

/**
 * Generate once, and then again whenever a source changes, only for the changed directories and those that import their
 * events. Our own output triggers nothing unless another program changes it. Never returns; ends with the process or
 * with `signal`.
 *
 * @param onResult called after the first run, and after each later run that changed something or found an error
 */
export async function watch(options: WatchOptions, onResult: (result: GenResult) => void): Promise<void> {
	return (await import('./watch.js')).watch(options, onResult)
}
