import { PathFinder, type PathStep, type TaskChoice, type TaskPath } from '@tsgotrace/trace/analyze'
import { textDuration } from '@tsgotrace/trace/export'
import { CommandError, type ExitCode } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { printJson } from '../output.js'
import { Output } from '../stdout.js'
import { table } from '../table.js'
import { takeTrace } from '../tracefile.js'

/** Prints why a task took as long as it did. */
export async function printPath(paths: readonly string[], choice: TaskChoice, json: boolean, flags: KeyFlags): Promise<ExitCode> {
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
		const which = 'id' in choice ? `with the id ${choice.id}` : `named '${choice.slowest}'`
		throw new CommandError(
			1,
			`${paths.join(', ')}: no task ${which} ended in the trace\n  hint: tsgotrace analyze --json lists the names of tasks`,
		)
	}
	if (json) printJson(path)
	else {
		const output = new Output()
		output.write(pathText(path, process.stdout.isTTY ? process.stdout.columns : 80))
		await output.flush()
	}
	return code
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
			states.push(step.steps.length > 0 ? [] : step.states.map(it => `${'  '.repeat(depth + 2)}${stateText(it)}\n`))
			add(step.steps, depth + 1)
		}
	}
	add(steps, 0)
	const end = how === null ? '' : `, ${how}${detail === null || detail === '' ? '' : ` ${detail}`}`
	const [head, ...lines] = table([['what it took its time for', 'at', 'took', ''], ...rows], { width })
		.trimEnd()
		.split('\n')
	return `task ${id} ${name}: ${textDuration(to - from)}, from ${(from / 1e9).toFixed(6)} s${end}\n\n${head}\n${lines.map((line, i) => `${line}\n${states[i]!.join('')}`).join('')}`
}

function stateText({ state, time, site, by }: PathStep['states'][number]): string {
	return `${state} ${textDuration(time)}${site === null ? '' : ` at ${site}`}${by === 0 ? '' : ` until task ${by}`}`
}
