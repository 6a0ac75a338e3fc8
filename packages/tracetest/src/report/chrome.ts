import type { Schedule } from '../explore/schedule.js'
import { placeText } from '../platform/text.js'

/** Trace event format, as far as a schedule needs it. */
export interface ChromeTrace {
	readonly traceEvents: readonly Readonly<Record<string, unknown>>[]
	readonly displayTimeUnit: 'ms'
	/** How the schedule fails, if it does. */
	readonly otherData?: { readonly failure: string }
}

/** How long a step is drawn, in microseconds: schedules have an order and no durations. */
const length = 1000

/**
 * A schedule as a Chrome trace, for Perfetto, DevTools or speedscope: one lane for each task, one slice for each step.
 *
 * `tsgotrace diff` shows where two of them part.
 *
 * Source of the format: "Trace Event Format", the document of the Chromium project.
 *
 * @param failure how the schedule fails
 * @example
 * import { writeFileSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { chromeTrace, explore } from '@tsgotrace/tracetest'
 *
 * const { schedule } = await explore(async t => {
 * 	await t.go('A', () => {
 * 		throw new Error('to see how it comes to this')
 * 	})
 * })
 * if (schedule) writeFileSync(join(tmpdir(), 'schedule.json'), JSON.stringify(chromeTrace(schedule)))
 */
export function chromeTrace(schedule: Schedule, failure?: string): ChromeTrace {
	const lanes = new Map<string, number>()
	const lane = (task: string): number => {
		const known = lanes.get(task)
		if (known !== undefined) return known
		lanes.set(task, lanes.size + 1)
		return lanes.size
	}
	const slices = schedule.steps.map((step, i) => ({
		name: step.text,
		cat: step.kind,
		ph: 'X',
		pid: 1,
		tid: lane(step.task),
		ts: i * length,
		dur: length,
		args: {
			step: i,
			...(step.place === undefined ? {} : { source: placeText(step.place) }),
			...(step.delayed.length === 0 ? {} : { delayed: step.delayed.join(', ') }),
			...(step.after === undefined ? {} : { 'microtasks after the event': step.after }),
			...(step.time === undefined ? {} : { 'virtual time in ms': step.time }),
		},
	}))
	const names = [...lanes].map(([name, tid]) => ({ name: 'thread_name', ph: 'M', pid: 1, tid, args: { name } }))
	const order = [...lanes].map(([, tid]) => ({
		name: 'thread_sort_index',
		ph: 'M',
		pid: 1,
		tid,
		args: { sort_index: tid },
	}))
	return {
		traceEvents: [
			{ name: 'process_name', ph: 'M', pid: 1, args: { name: schedule.name } },
			...names,
			...order,
			...slices,
		],
		displayTimeUnit: 'ms',
		...(failure !== undefined && { otherData: { failure } }),
	}
}
