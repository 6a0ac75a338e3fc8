import { clearInterval, setInterval } from 'node:timers'
import { defaultSlices, roleOf } from '@tsgotrace/record/live'
import { attachProbe, events, onEvent, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import { splitId } from '@tsgotrace/trace/format/ids'
import { sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import { selection } from '@tsgotrace/trace/format/selection'
import type { EndReason, TopRequest, TopTable } from '../protocol/messages.js'
import { RequestError } from '../protocol/problem.js'
import { hasRegistry } from './about.js'
import { NameCounts } from './counted.js'
import { checkLimits } from './recording.js'

const minPeriod = 100
/** More rows are not shown by anyone. */
const maxRows = 1000
/** Tasks that are open. Others have no duration. */
const maxTasks = 100_000

const taskEvents = '@tsgotrace/exec/tasks:'

/** Counts of events, slices and tasks, kept in the thread: what is sent is a table a period, however much happens. */
export class Top {
	readonly #counted = new Map<string, NameCounts>()
	readonly #tasks = new Map<number, { name: string; readonly began: number }>()
	readonly #group = new ProbeGroup()
	readonly #unsubscribe: () => void
	readonly #timer: NodeJS.Timeout
	readonly #ended: (ending: EndReason) => void
	#last: number = performance.now()
	#isOver = false

	/**
	 * @param table takes the tables
	 * @param ended called once, when it has ended by itself or was stopped
	 * @throws for options that mean nothing, or where there are no events
	 */
	constructor(
		{ events: globs, every, limits, isEarly = false }: TopRequest,
		table: (table: TopTable) => void,
		ended: (ending: EndReason) => void,
	) {
		if (!isEarly && !hasRegistry()) throw new RequestError('no events', 'no module with trace events was loaded')
		checkLimits({ every, ...limits })
		const matches = selection(globs)
		this.#ended = ended
		const until = performance.now() + limits.ms
		const seen = new Set<TraceEvent>()
		this.#unsubscribe = onEvent(event => {
			if (event.async || !matches(event.id) || seen.has(event)) return
			seen.add(event)
			// What an event is depends on its partner, which may register after it: at its first signal all of the module
			// have.
			let count: ((...args: readonly unknown[]) => void) | undefined
			const first = (...args: readonly unknown[]): void => {
				count ??= this.#counterOf(event)
				if (probe.attached) probe.fn = count
				count(...args)
			}
			const probe = setup(() => attachProbe(this.#group, event, first))
		})
		this.#timer = setInterval(
			() => {
				table(this.#take())
				if (performance.now() >= until) this.stop('ms')
			},
			Math.max(minPeriod, every),
		)
		this.#timer.unref()
	}

	stop(ending: EndReason): void {
		if (this.#isOver) return
		this.#isOver = true
		clearInterval(this.#timer)
		this.#unsubscribe()
		this.#group.done()
		this.#ended(ending)
	}

	#counterOf(event: TraceEvent): (...args: readonly unknown[]) => void {
		if (event.id.startsWith(taskEvents)) {
			const ofTasks = this.#taskCounter(event.id.slice(taskEvents.length))
			if (ofTasks !== null) return ofTasks
		}
		const byId = new Map(events().map(other => [other.id, other]))
		const role = roleOf(event, defaultSlices, true, id => byId.get(id))
		const [category] = splitId(event.id)
		const isSlice = role.type === sliceBegin || role.type === sliceEnd
		if (isSlice && role.key === 'arg') {
			const slice = this.#row('slice', `${category}:${role.name}`)
			return role.type === sliceBegin ? key => slice.begins(key) : key => slice.ends(key)
		}
		if (role.done === true) {
			const slice = this.#row('slice', `${category}:${role.name}`)
			return ms => slice.took(ms as number)
		}
		// A slice with key `context` is only counted: following contexts would cost more than everything else.
		const row = this.#row('event', event.id)
		return () => row.happened()
	}

	#taskCounter(name: string): ((...args: readonly unknown[]) => void) | null {
		if (name === 'traceTaskBegin')
			return (id, task) => {
				if (this.#tasks.size < maxTasks)
					this.#tasks.set(id as number, { name: task as string, began: performance.now() })
			}
		if (name === 'traceTaskName')
			return (id, task) => {
				const known = this.#tasks.get(id as number)
				if (known !== undefined) known.name = task as string
			}
		if (name === 'traceTaskEnd')
			return id => {
				const known = this.#tasks.get(id as number)
				if (known === undefined) return
				this.#tasks.delete(id as number)
				this.#row('task', known.name).took(performance.now() - known.began)
			}
		return null
	}

	#row(kind: 'event' | 'slice' | 'task', name: string): NameCounts {
		const key = `${kind} ${name}`
		const known = this.#counted.get(key)
		if (known !== undefined) return known
		// Names of tasks may be without number.
		if (this.#counted.size >= maxRows && name !== others) return this.#row(kind, others)
		const row = new NameCounts(kind, name)
		this.#counted.set(key, row)
		return row
	}

	#take(): TopTable {
		const now = performance.now()
		const ms = now - this.#last
		this.#last = now
		const open = new Map<string, number>()
		for (const { name } of this.#tasks.values()) open.set(name, (open.get(name) ?? 0) + 1)
		for (const name of open.keys()) this.#row('task', name)
		const rows = [...this.#counted.values()].flatMap(counted => counted.take(ms) ?? [])
		return { ms, rows: rows.map(row => (row.kind === 'task' ? { ...row, open: open.get(row.name) ?? 0 } : row)) }
	}
}

const others = '(others)'
