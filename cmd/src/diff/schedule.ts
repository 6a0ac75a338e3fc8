// Schedules of tracetest, as `chromeTrace` writes them.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'

/** A step of a schedule. */
export interface ScheduleStep {
	readonly task: string
	readonly kind: string
	readonly text: string
	/** Where it is in the source; null if that is unknown. */
	readonly source: string | null
	/** Tasks that were passed over here. */
	readonly delayed: string | null
}

/** A schedule in a file. */
export interface ScheduleFile {
	readonly path: string
	readonly name: string
	readonly steps: readonly ScheduleStep[]
	/** How it fails; null if it does not, or if that is unknown. */
	readonly failure: string | null
}

interface Entry {
	readonly ph?: unknown
	readonly name?: unknown
	readonly cat?: unknown
	readonly tid?: unknown
	readonly args?: Readonly<Record<string, unknown>>
}

/** A larger file is not a schedule: the longest have some thousands of steps. */
const largest = 64 << 20

/** Read a file, if it is a schedule; null if it is anything else. */
export function readSchedule(path: string): ScheduleFile | null {
	const stat = statSync(path, { throwIfNoEntry: false })
	if (stat === undefined || !stat.isFile() || stat.size > largest || !startsAsJson(path)) return null
	let content: unknown
	try {
		content = JSON.parse(readFileSync(path, 'utf8'))
	} catch {
		return null
	}
	const { traceEvents, otherData } = content as {
		readonly traceEvents?: unknown
		readonly otherData?: { readonly failure?: unknown }
	}
	if (!Array.isArray(traceEvents)) return null
	const entries = traceEvents as readonly Entry[]
	const named = (what: string): Entry[] => entries.filter(({ ph, name }) => ph === 'M' && name === what)
	const lanes = new Map(named('thread_name').map(({ tid, args }) => [tid, textOf(args?.['name'])]))
	const slices = entries.filter(({ ph }) => ph === 'X')
	if (slices.length === 0 || !slices.every(({ args }, i) => args?.['step'] === i)) return null
	return {
		path,
		name: textOf(named('process_name')[0]?.args?.['name']) ?? '',
		steps: slices.map(({ name, cat, tid, args }) => ({
			task: lanes.get(tid) ?? '',
			kind: textOf(cat) ?? '',
			text: textOf(name) ?? '',
			source: textOf(args?.['source']),
			delayed: textOf(args?.['delayed']),
		})),
		failure: textOf(otherData?.failure),
	}
}

/** The first step that differs; null if none does. */
export function firstDifference(a: ScheduleFile, b: ScheduleFile): number | null {
	for (let i = 0; i < Math.max(a.steps.length, b.steps.length); i++) {
		const [x, y] = [a.steps[i], b.steps[i]]
		if (x === undefined || y === undefined || x.task !== y.task || x.kind !== y.kind || x.text !== y.text) return i
	}
	return null
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' ? value : null
}

function startsAsJson(path: string): boolean {
	const file = openSync(path, 'r')
	try {
		const buffer = Buffer.alloc(16)
		return buffer.subarray(0, readSync(file, buffer)).toString('latin1').trimStart().startsWith('{')
	} finally {
		closeSync(file)
	}
}
