import {
	type AnalysisReport,
	Analyzer,
	analyze,
	compare,
	type Finding,
	type GroupReport,
	PathFinder,
	type PathStep,
	type RunGroups,
} from '@tsgotrace/trace/analyze'
import { textDuration, textLine } from '@tsgotrace/trace/export'
import { readTrace, TraceReadError, type TraceReader } from '@tsgotrace/trace/read'
import { type SliceBatch, slicesOf } from '@tsgotrace/trace/slices'
import { evidenceText } from '../analyze/parts.js'
import { keyFrom } from '../key.js'
import { selector } from '../select.js'
import type { TraceDirectory } from './room.js'
import { type Parameter, pageOf, paging, type Tool, ToolError } from './tool.js'

const trace: Parameter = { type: 'string', description: 'the id of a trace, as list_traces has it', required: true }

/** Questions about traces. */
export function traceTools(room: TraceDirectory): Tool[] {
	const open = (id: string): TraceReader => {
		const key = keyFrom({})
		return readTrace(room.path(id), key === undefined ? {} : { key })
	}
	const report = async (id: string): Promise<AnalysisReport> => {
		const reader = open(id)
		const found = await analyze(reader)
		// Of a damaged trace what could be read counts, and its quality says so.
		if (reader.progress.packets === 0)
			throw new ToolError(`'${id}' cannot be read: ${reader.problems[0]?.error.message ?? 'it is empty'}`)
		return found
	}
	return [
		{
			name: 'list_traces',
			description: 'List the trace files and heap snapshots that can be asked about, the newest first.',
			parameters: paging,
			call: async args => pageOf(await room.files(), args),
		},
		{
			name: 'analyze',
			description:
				'Summarise a trace: its length, findings (short; see finding), the busiest tasks, calls, regions and slices with their durations, threads, and how complete it is.',
			parameters: { trace },
			call: async args => summaryOf(await report(String(args['trace']))),
		},
		{
			name: 'findings',
			description:
				'List what is probably wrong with the program that a trace is of. The level says how sure that is: proved (follows from what was recorded), measured (the harm was measured), suspected (something else may be the cause).',
			parameters: { trace, ...paging },
			call: async args => pageOf((await report(String(args['trace']))).findings.map(shortFinding), args),
		},
		{
			name: 'finding',
			description: 'One finding of a trace with its evidence: ids of tasks, times, and what to look at next.',
			parameters: {
				trace,
				id: { type: 'integer', description: 'its id, as findings has it', required: true, minimum: 0, maximum: 1e6 },
			},
			call: async args => {
				const { findings } = await report(String(args['trace']))
				const found = findings[Number(args['id'])]
				if (found === undefined)
					throw new ToolError(`there is no finding ${args['id']}: the trace has ${findings.length}, from 0 on`)
				return { ...found, evidence: { ...found.evidence, text: evidenceText(found) } }
			},
		},
		{
			name: 'critical_path',
			description:
				'Why a task took as long as it did: the steps that its time went to, with their states. Give the id of a task, or a name to get the slowest one of it.',
			parameters: {
				trace,
				task: { type: 'integer', description: 'the id of a task', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
				slowest: { type: 'string', description: 'the name of tasks, as analyze has it' },
				...paging,
			},
			call: async args => {
				const { task, slowest } = args
				if ((task === undefined) === (slowest === undefined))
					throw new ToolError("critical_path needs either 'task' or 'slowest'")
				const finder = new PathFinder(task === undefined ? { slowest: String(slowest) } : { id: Number(task) })
				await batchesOf(open(String(args['trace'])), async batch => {
					finder.take(batch)
					return Promise.resolve(true)
				})
				const path = finder.path()
				if (path === null)
					throw new ToolError(
						`no task ${task === undefined ? `named '${slowest}'` : `with the id ${task}`} ended in the trace; analyze has the names`,
					)
				const { id, name, from, to, how, detail, steps } = path
				return {
					task: id,
					name,
					atSeconds: from / 1e9,
					took: textDuration(to - from),
					how,
					detail,
					...pageOf(stepLines(steps, from, 0), args),
				}
			},
		},
		{
			name: 'diff',
			description:
				'Compare two traces: what became slower or faster, with intervals of confidence, and where it comes from. The biggest differences first.',
			parameters: {
				before: { ...trace, description: 'the id of the earlier trace' },
				after: { ...trace, description: 'the id of the later trace' },
				...paging,
			},
			call: async args => {
				const [before, after] = [await runOf(open(String(args['before']))), await runOf(open(String(args['after'])))]
				return pageOf(compare([before], [after]), args)
			},
		},
		{
			name: 'print',
			description:
				'The events of a trace, one a line, with time in seconds, process and thread, id and arguments; slices with their durations at their ends.',
			parameters: {
				trace,
				events: { type: 'string', description: 'a glob over ids of events, such as hello:* or **:traceQuery*' },
				from: { type: 'number', description: 'seconds since the start of the trace', minimum: 0, maximum: 1e9 },
				to: { type: 'number', description: 'seconds since the start of the trace', minimum: 0, maximum: 1e9 },
				...paging,
			},
			call: async args => {
				const { events, from = 0, to = Number.POSITIVE_INFINITY, offset = 0, limit = 20 } = args
				return print(open(String(args['trace'])), {
					wanted: selector(events === undefined ? undefined : [String(events)]),
					isAll: events === undefined,
					from: Number(from),
					to: Number(to),
					offset: Number(offset),
					limit: Number(limit),
				})
			},
		},
	]
}

/** Read a trace as far as it can be read, or until `take` has enough. */
async function batchesOf(reader: TraceReader, take: (batch: SliceBatch) => Promise<boolean>): Promise<void> {
	try {
		for await (const batch of slicesOf(reader).batches()) if (!(await take(batch))) return
	} catch (error) {
		if (!(error instanceof TraceReadError)) throw error
		if (reader.progress.packets === 0) throw new ToolError(`it cannot be read: ${error.message}`)
	}
}

async function runOf(reader: TraceReader): Promise<RunGroups> {
	const analyzer = new Analyzer()
	await batchesOf(reader, async batch => {
		analyzer.take(batch)
		return Promise.resolve(true)
	})
	analyzer.report(reader)
	return analyzer.run()
}

interface Selection {
	readonly wanted: (id: string) => boolean
	readonly isAll: boolean
	readonly from: number
	readonly to: number
	readonly offset: number
	readonly limit: number
}

async function print(
	reader: TraceReader,
	{ wanted, isAll, from, to, offset, limit }: Selection,
): Promise<{ lines: string[]; next: number | null }> {
	const lines: string[] = []
	let seen = 0
	let next: number | null = null
	await batchesOf(reader, async ({ items, slices }) => {
		for (const [i, item] of items.entries()) {
			const slice = item.type === 'end' ? slices[i]! : null
			const id = 'id' in item ? item.id || (slice?.id ?? '') : null
			if (id === null ? !isAll && item.type !== 'loss' : !wanted(id)) continue
			const line = textLine(item, slice, null)
			// Of ends that say nothing that their begins have not said.
			if (line === '') continue
			const at = Number.parseFloat(line)
			if (at < from || at > to || seen++ < offset) continue
			if (lines.length === limit) {
				next = offset + limit
				return Promise.resolve(false)
			}
			lines.push(line.trimEnd())
		}
		return Promise.resolve(true)
	})
	return { lines, next }
}

function shortFinding({ rule, level, subject, text }: Finding, id: number): object {
	return { id, level, rule, subject, text }
}

/** As many as an agent's context has room for. */
const maxGroups = 8

function summaryOf({
	window,
	findings,
	tasks,
	calls,
	regions,
	slices,
	threads,
	sites,
	quality,
	unknown,
}: AnalysisReport): object {
	const groups = (all: readonly GroupReport[]): object => ({
		total: all.length,
		top: all.slice(0, maxGroups).map(groupOf),
	})
	return {
		seconds: window.seconds,
		events: window.events,
		findings: { total: findings.length, top: findings.slice(0, maxGroups).map(shortFinding) },
		tasks: groups(tasks),
		calls: groups(calls),
		regions: groups(regions),
		slices: groups(slices),
		threads: threads.map(({ process, thread, busy, delay, gc }) => ({
			thread: `${process}/${thread}`,
			busyPercent: busy?.mean ?? null,
			loopDelayP99: delay === null ? null : textDuration(delay.p99),
			gc: gc === null ? null : `${gc.count} in ${textDuration(gc.total)}`,
		})),
		waitsAt: sites
			.slice(0, maxGroups)
			.map(({ site, reason, total, task }) => ({ site, reason, total: textDuration(total), task })),
		quality,
		unknown,
	}
}

function groupOf({ name, count, open, perSecond, wall, errors }: GroupReport): object {
	const errorCount = errors.reduce((sum, error) => sum + error.count, 0)
	return {
		name,
		count,
		perSecond: Math.round(perSecond * 100) / 100,
		p50: textDuration(wall.p50),
		p99: textDuration(wall.p99),
		total: textDuration(wall.total),
		...(open > 0 && { open }),
		...(errorCount > 0 && { errors: errorCount }),
	}
}

function stepLines(steps: readonly PathStep[], start: number, depth: number): object[] {
	return steps.flatMap(({ what, id, from, to, states, steps: inner }) => [
		{
			depth,
			what,
			...(id !== null && { id }),
			at: textDuration(from - start),
			took: textDuration(to - from),
			...(inner.length === 0 &&
				states.length > 0 && {
					states: states.map(({ state, time, site, by }) => ({
						state,
						took: textDuration(time),
						...(site !== null && { site }),
						...(by !== 0 && { endedByTask: by }),
					})),
				}),
		},
		...stepLines(inner, start, depth + 1),
	])
}
