import { UsageError } from '../exit.js'
import { plural } from '../format.js'
import { printJson } from '../output.js'
import { outputWidth } from '../width.js'
import type { DiffFlags } from './flags.js'
import { firstDifference, readSchedule, type ScheduleFile, type ScheduleStep } from './schedule.js'

/** Steps that are shown before and after the first that differs. */
const before = 4
const after = 12
const markdownWidth = 100
const gap = '  │  '

/**
 * Compare two schedules of tracetest.
 *
 * @returns false if the files are none
 * @throws UsageError if only one of them is, or for what schedules do not have
 */
export function diffSchedules(paths: readonly [string, string], { json, md, html, threshold }: DiffFlags): boolean {
	const [a, b] = [readSchedule(paths[0]), readSchedule(paths[1])]
	if (a === null && b === null) return false
	if (a === null || b === null)
		throw new UsageError(
			`'${a === null ? paths[1] : paths[0]}' is a schedule of tracetest and '${a === null ? paths[0] : paths[1]}' is not`,
		)
	if (threshold !== undefined) throw new UsageError('--threshold is about durations: schedules have none')
	if (html !== undefined)
		throw new UsageError(
			'--html is for traces; tracetest itself writes a page of a schedule: TRACETEST_TRACE=schedule.html',
		)
	const first = firstDifference(a, b)
	if (json) {
		const side = ({ path, name, failure, steps }: ScheduleFile): object => ({
			path,
			name,
			failure,
			steps: steps.length,
		})
		const at = first === null ? null : { step: first, before: a.steps[first] ?? null, after: b.steps[first] ?? null }
		printJson({ version: 1, before: side(a), after: side(b), first: at })
	} else if (md) process.stdout.write(`\`\`\`\n${schedulesText(a, b, first, markdownWidth)}\`\`\`\n`)
	else process.stdout.write(schedulesText(a, b, first, outputWidth(markdownWidth)))
	return true
}

/** The first difference in a sentence, and the steps around it side by side. */
export function schedulesText(a: ScheduleFile, b: ScheduleFile, first: number | null, width: number): string {
	const head = [a, b].map(headText).join('')
	if (first === null) return `${head}\nboth have the same ${plural(a.steps.length, 'step')}\n`
	const same = first === 0 ? 'they differ from the first step on' : `the same up to step ${first}`
	const longest = Math.max(a.steps.length, b.steps.length)
	const [from, to] = [Math.max(0, first - before), Math.min(longest, first + after + 1)]
	const numbers = String(to).length
	const column = Math.max(20, Math.floor((width - numbers - 4 - gap.length) / 2))
	const tasks = Math.min(Math.floor(column / 3), Math.max(...[...a.steps, ...b.steps].map(({ task }) => task.length)))
	const lines: string[] = [
		`${' '.repeat(numbers + 4)}${cut(a.path, column).padEnd(column)}${gap}${cut(b.path, column)}`,
	]
	if (from > 0) lines.push(`${' '.repeat(numbers + 4)}… ${plural(from, 'step')} that are the same`)
	for (let i = from; i < to; i++) {
		const sides = [a, b].map(({ steps }) => stepLines(steps[i], tasks, column))
		for (let row = 0; row < Math.max(...sides.map(side => side.length)); row++) {
			const number =
				row === 0 ? `${i === first ? '▶ ' : '  '}${String(i).padStart(numbers)}  ` : ' '.repeat(numbers + 4)
			lines.push(`${number}${(sides[0]![row] ?? '').padEnd(column)}${gap}${sides[1]![row] ?? ''}`.trimEnd())
		}
	}
	if (to < longest) lines.push(`${' '.repeat(numbers + 4)}… ${plural(longest - to, 'more step')}`)
	return `${head}\n${same}: ${turnText(a.steps[first], b.steps[first])}\n\n${lines.join('\n')}\n`
}

function headText({ path, name, steps, failure }: ScheduleFile): string {
	const end = failure === null ? '' : `, fails: ${failure.split('\n')[0]}`
	return `${path}: ${name === '' ? '' : `${name}, `}${plural(steps.length, 'step')}${end}\n`
}

/** What is different. */
function turnText(a: ScheduleStep | undefined, b: ScheduleStep | undefined): string {
	if (a === undefined || b === undefined) return `then ${a === undefined ? 'the first' : 'the second'} one ends`
	const delayed = [a, b]
		.map((step, i) =>
			step.delayed === null ? [] : [`${step.delayed} is delayed in the ${i === 0 ? 'first' : 'second'}`],
		)
		.flat()
	const turn =
		a.task === b.task
			? `${a.task} does '${a.text}' in one and '${b.text}' in the other`
			: `${a.task} goes on in the first, ${b.task} in the second`
	return [turn, ...delayed].join('; ')
}

function stepLines(step: ScheduleStep | undefined, tasks: number, width: number): string[] {
	if (step === undefined) return ['']
	const kind = step.kind === 'action' || step.kind === 'hold' ? `${step.kind} ` : ''
	const indent = ' '.repeat(tasks + 2)
	const lines = [`${cut(step.task, tasks).padEnd(tasks)}  ${kind}${step.text}`]
	if (step.source !== null) lines.push(`${indent}${tail(step.source, width - indent.length)}`)
	if (step.delayed !== null) lines.push(`${indent}DELAYED: ${step.delayed}`)
	return lines.map(line => cut(line, width))
}

function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

/** Of a place, its end says most. */
function tail(text: string, width: number): string {
	return text.length <= width ? text : `…${text.slice(1 - width)}`
}
