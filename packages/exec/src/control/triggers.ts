// What makes a flight recorder dump, in addition to the triggers of `record`.
import { attachProbe, onEvent, ProbeGroup, setup } from '@tsgotrace/runtime'
import type { TraceRing } from './options.js'

/** Minimum milliseconds between two automatic dumps. */
const minPause = 10_000
const defaultDumps = 20

/**
 * Call `dump` after a slow task or when the event loop is late: at most once in ten seconds, and up to the ring's
 * maximum.
 *
 * @returns a function that stops this
 */
export function watch({ slowTask, loopDelay, maxDumps = defaultDumps }: TraceRing, dump: () => void): () => void {
	const group = new ProbeGroup()
	const attach = (id: string, fn: (...args: never[]) => void): (() => void) =>
		onEvent(event => {
			// From all copies of the package, because any of them may signal.
			if (event.id === id && !event.async)
				setup(() => void attachProbe(group, event, fn as (...args: readonly unknown[]) => void))
		})
	let left = maxDumps
	let last = Number.NEGATIVE_INFINITY
	const reason = (): void => {
		const now = performance.now()
		if (left <= 0 || now - last < minPause) return
		left--
		last = now
		dump()
	}
	const ends: (() => void)[] = []
	if (slowTask !== undefined) {
		const tasks = new Map<number, { name: string; readonly began: number }>()
		const limitOf =
			typeof slowTask === 'number' ? () => slowTask : (name: string) => own(slowTask, name) ?? own(slowTask, '*')
		ends.push(
			attach('@tsgotrace/exec/tasks:traceTaskBegin', (id: number, name: string) =>
				tasks.set(id, { name, began: performance.now() }),
			),
			attach('@tsgotrace/exec/tasks:traceTaskName', (id: number, name: string) => {
				const task = tasks.get(id)
				if (task !== undefined) task.name = name
			}),
			attach('@tsgotrace/exec/tasks:traceTaskEnd', (id: number) => {
				const task = tasks.get(id)
				tasks.delete(id)
				const limit = task === undefined ? undefined : limitOf(task.name)
				if (limit !== undefined && performance.now() - task!.began > limit) reason()
			}),
		)
	}
	if (loopDelay !== undefined)
		ends.push(
			attach('@tsgotrace/exec/thread:traceLoopDelayCount', (ms: number) => {
				if (ms > loopDelay) reason()
			}),
		)
	return () => {
		for (const end of ends) end()
		group.done()
	}
}

function own(limits: Readonly<Record<string, number>>, name: string): number | undefined {
	return Object.hasOwn(limits, name) ? limits[name] : undefined
}
