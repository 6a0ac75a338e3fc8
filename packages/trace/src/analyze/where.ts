// Chooses tasks by what is known of them once they are over, such as `task=GET /item and wall>200ms`, and what belongs
// to them.
import { kindOf, numberArg, taskIn, textArg } from '../exec.js'
import { filter } from '../pipeline/filter.js'
import type { Step } from '../pipeline/step.js'
import type { TraceTrack } from '../read/items.js'
import { slicesOf, type TraceBatches } from '../slices.js'
import { Analysis } from './facts/analysis.js'
import type { OpenItem } from './facts/open.js'

const texts: Readonly<Record<string, (open: OpenItem) => string>> = {
	task: ({ group }) => group.name,
	kind: ({ slice }) => textArg(slice.args, 'kind') ?? '',
	how: ({ slice }) => textArg(slice.endArgs, 'how') ?? '',
	detail: ({ slice }) => textArg(slice.endArgs, 'detail') ?? '',
}
const waits = ['net', 'fs', 'dns', 'pool', 'timer', 'child', 'worker', 'sync', 'immediate', 'unknown']
const numbers: Readonly<Record<string, (open: OpenItem) => number>> = {
	id: ({ id }) => id,
	wall: ({ slice, end }) => end! - slice.start,
	running: ({ states }) => states?.running ?? 0,
	gc: ({ states }) => states?.gc ?? 0,
	runnable: ({ states }) => states?.runnable ?? 0,
	...Object.fromEntries(waits.map(reason => [reason, ({ states }: OpenItem) => states?.waits.get(reason) ?? 0])),
}
const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 }
const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
	'=': (a, b) => a === b,
	'!=': (a, b) => a !== b,
	'<': (a, b) => a < b,
	'<=': (a, b) => a <= b,
	'>': (a, b) => a > b,
	'>=': (a, b) => a >= b,
}

/**
 * Parses conditions that are joined by `and`: `task`, `kind`, `how` and `detail` are texts, with `*` for any; `id` is a
 * number; `wall`, `running`, `gc`, `runnable` and the reasons of waits, such as `net`, are durations: `200ms`.
 *
 * @throws RangeError that says what is wrong and where
 */
function parse(text: string): (open: OpenItem) => boolean {
	const conditions: ((open: OpenItem) => boolean)[] = []
	let at = 0
	for (const part of text.split(/\s+and\s+/)) {
		conditions.push(condition(part, text.indexOf(part, at)))
		at += part.length
	}
	return open => conditions.every(holds => holds(open))
}

function condition(part: string, at: number): (open: OpenItem) => boolean {
	const wrong = (what: string): never => {
		throw new RangeError(
			`${what}, at character ${at + 1}: '${part}'\n  hint: for example 'task=GET /item and wall>200ms'`,
		)
	}
	const [, field = '', op = '', value = ''] =
		/^\s*(\w+)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/.exec(part) ?? wrong('expected a field, an operator and a value')
	const textOf = Object.hasOwn(texts, field) ? texts[field]! : null
	if (textOf !== null) {
		if (op !== '=' && op !== '!=') wrong(`${field} is a text: use = or !=`)
		const pattern = new RegExp(`^${value.replace(/[\\^$+?.()|[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`, 's')
		return open => pattern.test(textOf(open)) === (op === '=')
	}
	const numberOf = Object.hasOwn(numbers, field)
		? numbers[field]!
		: wrong(`unknown field '${field}': use ${[...Object.keys(texts), ...Object.keys(numbers)].join(', ')}`)
	const [, digits = '', unit = ''] =
		/^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s)?$/.exec(value) ?? wrong(`${field} needs a number`)
	if (field !== 'id' && unit === '') wrong(`${field} is a duration and needs a unit: ${Object.keys(units).join(', ')}`)
	const wanted = Number(digits) * (units[unit] ?? 1)
	return open => compare[op]!(numberOf(open), wanted)
}

/**
 * Tasks that were chosen, and what belongs to them. A task of which the end was not recorded is not chosen.
 *
 * @example
 * import { ChosenTasks } from '@tsgotrace/trace/analyze'
 * import { goTrace } from '@tsgotrace/trace/export'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const chosen = new ChosenTasks('task=GET /item* and wall>200ms')
 * 	await chosen.find(readTrace(path))
 * 	for await (const chunk of goTrace()(chosen.of(readTrace(path)))) process.stdout.write(chunk)
 * }
 */
export class ChosenTasks {
	/** How many. */
	count = 0
	/** By process. */
	readonly #ids = new Map<string, Set<number>>()
	readonly #holds: (open: OpenItem) => boolean

	/** @throws RangeError for conditions that are not understood */
	constructor(conditions: string) {
		this.#holds = parse(conditions)
	}

	/** Looks for the tasks in a trace. Then {@link ChosenTasks.of} chooses from the same trace, read again. */
	async find(trace: TraceBatches): Promise<void> {
		const analysis = new Analysis(open => this.#look(open))
		for await (const batch of slicesOf(trace).batches()) analysis.take(batch)
		analysis.end()
	}

	/** The trace, with those tasks alone, and what happened in them. Who recorded what and when stays. */
	of(trace: TraceBatches): TraceBatches {
		return belonging((track, id) => this.#has(track, id))(trace)
	}

	#look(open: OpenItem): void {
		if (!this.#holds(open)) return
		const key = keyOf(open.slice.track)
		const ids = this.#ids.get(key)
		if (ids === undefined) this.#ids.set(key, new Set([open.id]))
		else ids.add(open.id)
		this.count++
	}

	#has(track: TraceTrack, id: number): boolean {
		return this.#ids.get(keyOf(track))?.has(id) === true
	}
}

/**
 * A filter: only tasks that match, and what belongs to them, as `tsgotrace convert --where`. It is known once a task is
 * over, so the trace is read twice.
 *
 * @param conditions such as `task=GET /item* and wall>200ms`
 * @param trace the trace, which is read here, and has to be opened again for the pipeline
 * @throws RangeError for conditions that are not understood; like reading
 * @example
 * import { chrome, convert } from '@tsgotrace/trace/export'
 * import { tasksWhere } from '@tsgotrace/trace/analyze'
 * import { through } from '@tsgotrace/trace/pipeline'
 * import { readTrace } from '@tsgotrace/trace/read'
 * const path = process.argv[2]
 * if (path !== undefined) {
 * 	const slow = await tasksWhere('wall>200ms', readTrace(path))
 * 	for await (const chunk of convert(through(readTrace(path), slow), chrome())) process.stdout.write(chunk)
 * }
 */
export async function tasksWhere(conditions: string, trace: TraceBatches): Promise<Step> {
	const chosen = new ChosenTasks(conditions)
	await chosen.find(trace)
	return pipelined => chosen.of(pipelined)
}

function keyOf({ process }: TraceTrack): string {
	return `${process?.pid ?? 0} ${process?.instance ?? 0}`
}

/** What belongs to chosen tasks. */
function belonging(has: (track: TraceTrack, id: number) => boolean): Step {
	return filter((event, _, isWithin) => {
		switch (event.type) {
			case 'counter':
				return false
			case 'sample':
				return has(event.track, taskIn(event.args))
			case 'begin': {
				const id = kindOf(event) === 'task' ? (numberArg(event.args, 'task') ?? 0) : taskIn(event.args)
				return id === 0 ? isWithin : has(event.track, id)
			}
			case 'instant':
				return has(event.track, taskIn(event.args)) || isWithin
		}
	})
}
