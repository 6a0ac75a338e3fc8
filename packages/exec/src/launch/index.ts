// For launching a program whose execution is recorded.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decider } from '../admission/rules.js'
import { type EventGroup, recordingGlobs } from '../globs.js'
import { autoLevel, type ExecOptions, levelVariable, optionsVariable } from '../level.js'
import { checkBudget } from '../sampling/keep.js'

/**
 * How much of the execution is recorded: `tasks`; `states`, which adds the states of tasks; `all`, which also adds
 * stalls and CPU samples; or `auto`, which is `states` where Node can follow them cheaply. The thread is recorded at
 * each level.
 */
export type ExecLevel = 'tasks' | 'states' | 'all' | typeof autoLevel

export const execLevels: readonly ExecLevel[] = ['tasks', 'states', 'all', autoLevel]

/** The groups that a level leaves out. */
const leftOut: Readonly<Record<ExecLevel, readonly EventGroup[]>> = {
	tasks: ['states', 'wakes', 'stalls', 'cpu'],
	states: ['stalls', 'cpu'],
	all: [],
	auto: ['stalls', 'cpu'],
}

/**
 * The globs of a recording that includes the execution.
 *
 * @param events globs for the events of the program; undefined means all
 */
export function execGlobs(level: ExecLevel, events?: readonly string[]): string[] {
	return recordingGlobs(events, leftOut[level])
}

/** @throws TypeError, RangeError: the message follows on the name of the option */
export function checkExecOptions({ sampleTasks, budget }: ExecOptions): void {
	if (sampleTasks !== undefined) decider(sampleTasks)
	if (budget !== undefined) checkBudget(budget)
}

export { type ExecOptions, type TaskSource, taskSources } from '../level.js'

/** Whether globs name events of this package, which must then be loaded. */
export function namesExec(events: readonly string[] = []): boolean {
	return events.some(glob => /^@tsgotrace\/(exec|\*)/.test(glob))
}

/**
 * The environment with which a Node program, and every process that it starts, has the events of this package without
 * importing it.
 *
 * @param environment that of a recorder, from `environment()` of `@tsgotrace/record/launch`
 * @param level default: decided by what the recorder attaches to
 * @example
 * import { execEnvironment } from '@tsgotrace/exec/launch'
 * import { environment } from '@tsgotrace/record/launch'
 * console.log('NODE_OPTIONS' in execEnvironment(environment({ to: 'out.perfetto-trace' })))
 */
export function execEnvironment(
	environment: Readonly<Record<string, string>>,
	level?: ExecLevel,
	options: ExecOptions = {},
): Record<string, string> {
	// The same relative path from `src` and from `dist`.
	const preload = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
	const quoted = /[\s"\\]/.test(preload) ? `"${preload.replace(/["\\]/g, '\\$&')}"` : preload
	return {
		...environment,
		NODE_OPTIONS: `--require=${quoted} ${environment['NODE_OPTIONS'] ?? ''}`.trim(),
		// Also set without a level, because the level of an outer recording must not apply here.
		[levelVariable]: level ?? '',
		[optionsVariable]: JSON.stringify(options),
	}
}

/**
 * The code that gives a running process the events of this package, to be executed in each of its threads: a CommonJS
 * module that requires nothing but parts of Node. It costs nothing while no recorder is attached, and stays there.
 *
 * @returns the code, and an expression that is true where the package is loaded already
 */
export function injectedExec(): { readonly code: string; readonly unless: string } {
	// The same relative path from `src` and from `dist`.
	const code = readFileSync(new URL('../../dist/injected.cjs', import.meta.url), 'utf8')
	return { code, unless: "(Symbol.for('tsgotrace.exec/1') in globalThis)" }
}
