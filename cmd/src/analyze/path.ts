import { PathFinder, type PathStep, type TaskChoice, type TaskPath, taskQuantile } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { TraceReadError } from '@tsgotrace/trace/read'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { printJson } from '../output.js'
import { Output } from '../stdout.js'
import { onOneLine, table } from '../table.js'
import { takeTrace, traceFile } from '../tracefile.js'
import { outputWidth } from '../width.js'

/** Prints why a task took as long as it did. */
export async function printPath(
	paths: readonly string[],
	choice: TaskChoice,
	json: boolean,
	flags: KeyFlags,
): Promise<ExitCode> {
	const finder = new PathFinder(choice)
	let packets = 0
	const code = await takeTrace(
		paths,
		flags,
		async (batch, reader) => {
			finder.take(batch)
			packets = reader.progress.packets
			return Promise.resolve(true)
		},
		false,
	)
	if (code === 1 && packets === 0) return code
	const path = finder.path()
	if (path === null) {
		throw noTask(
			paths,
			'id' in choice ? `with the id ${choice.id}` : `named '${'named' in choice ? choice.named : choice.slowest}'`,
		)
	}
	if (json) printJson(path)
	else {
		const output = new Output()
		output.write(pathText(path, outputWidth(80)))
		await output.flush()
	}
	return code
}

/** How long tasks of a name took at a quantile. @throws UsageError, CommandError */
export async function wallOf(paths: readonly string[], name: string, share: number, flags: KeyFlags): Promise<number> {
	if (paths.includes('-')) throw new UsageError('--quantile reads the trace twice, so it needs a file')
	let wall: number | null = null
	try {
		wall = await taskQuantile(traceFile(paths, flags).reader, name, share)
	} catch (error) {
		// Reading it again reports that.
		if (!(error instanceof TraceReadError)) throw error
	}
	if (wall === null) throw noTask(paths, `named '${name}'`)
	return wall
}

function noTask(paths: readonly string[], which: string): CommandError {
	return new CommandError(
		1,
		`${paths.join(', ')}: no task ${which} ended in the trace\n  hint: tsgotrace analyze lists the tasks of a trace; tsgotrace record --exec records them`,
	)
}

function pathText({ id, name, from, to, how, detail, steps }: TaskPath, width: number): string {
	const rows: string[][] = []
	const states: string[][] = []
	const add = (list: readonly PathStep[], depth: number): void => {
		for (const step of list) {
			rows.push([
				`${'  '.repeat(depth)}${step.what}${step.id === null ? '' : ` (${step.id})`}`,
				textDuration(step.from - from),
				textDuration(step.to - step.from),
				`${(((step.to - step.from) / (to - from)) * 100).toFixed(0)} %`,
			])
			// Only the innermost steps list their states, so that none is listed twice.
			const lines = step.steps.length > 0 ? [] : statesText(step)
			states.push(lines.map(line => `${'  '.repeat(depth + 2)}${line}\n`))
			add(step.steps, depth + 1)
		}
	}
	add(steps, 0)
	const end = how === null ? '' : `, ${how}${detail === null || detail === '' ? '' : ` ${detail}`}`
	const [head, ...lines] = table([['what it took its time for', 'at', 'took', ''], ...rows], { width })
		.trimEnd()
		.split('\n')
	return `${onOneLine(`task ${id} ${name}: ${textDuration(to - from)}, from ${(from / 1e9).toFixed(6)} s${end}`)}\n\n${head}\n${lines.map((line, i) => `${line}\n${states[i]!.join('')}`).join('')}`
}

/** Minimum fraction of a step to be shown as unknown. */
const unknown = 0.01

function statesText({ from, to, states }: PathStep): string[] {
	const rest = to - from - states.reduce((sum, { time }) => sum + time, 0)
	const isKnown = states.length === 0 || rest < unknown * (to - from)
	return [...states.map(stateText), ...(isKnown ? [] : [`unknown ${textDuration(rest)}`])]
}

function stateText({ state, time, site, by }: PathStep['states'][number]): string {
	return `${state} ${textDuration(time)}${site === null ? '' : ` at ${site}`}${by === 0 ? '' : ` until task ${by}`}`
}
