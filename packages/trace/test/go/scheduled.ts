// Programs made up at random whose tasks run, wait and wake, reported as `@tsgotrace/exec/states` reports them, with
// what each did.
import type { TraceArgs } from '@tsgotrace/trace/read'
import fc from 'fast-check'
import { Program } from '../items.js'

const reasons = ['net', 'child', 'fs', 'dns', 'pool', 'timer', 'sync', 'worker', 'immediate', 'unknown'] as const
const states = '@tsgotrace/exec/states:'

type Op = readonly [kind: number, which: number, gap: number, text: string]

const texts = fc.constantFrom('GET /item', 'job', 'query', 'x'.repeat(3000), '€'.repeat(700))
const ops: fc.Arbitrary<Op[]> = fc.array(
	fc.tuple(fc.nat(19), fc.nat(9), fc.constantFrom(1000, 5000, 60_000, 300_000, 4_000_000, 400_000_000), texts),
	{ maxLength: 150 },
)

/** Nanoseconds that all tasks of a program did something: waits by their reasons, and `runnable`. */
type Sums = Record<string, number>

export interface Scheduled {
	readonly programs: readonly Program[]
	readonly sums: Sums
	/** How often a task stopped. */
	readonly stops: number
}

/** One to three threads, of one process. */
export const scheduled: fc.Arbitrary<Scheduled> = fc
	.array(ops, { minLength: 1, maxLength: 3 })
	.map(all => schedule(all, false))

/** The same, in which all tasks end. */
export const ended: fc.Arbitrary<Scheduled> = fc
	.array(ops, { minLength: 1, maxLength: 3 })
	.map(all => schedule(all, true))

function schedule(all: readonly Op[][], isEnded: boolean): Scheduled {
	const sums: Sums = {}
	const threads = all.map((list, nth) => new Thread(nth, sums, list, isEnded))
	return {
		programs: threads.map(({ program }) => program),
		sums,
		stops: threads.reduce((sum, { stops }) => sum + stops, 0),
	}
}

interface Task {
	readonly id: number
	readonly name: string
	readonly end: (time: number, how?: string, detail?: string) => void
	/** When it stopped. */
	stopped: number
}

class Thread {
	readonly program: Program
	stops = 0
	readonly #sums: Sums
	readonly #waiting: Task[] = []
	readonly #open: ((time: number) => void)[] = []
	#current: Task | null = null
	#now: number
	#began: number
	#id: number

	constructor(nth: number, sums: Sums, list: readonly Op[], isEnded: boolean) {
		this.program = new Program({ tid: 42 + nth, name: nth === 0 ? 'main' : `worker ${nth}` })
		this.#sums = sums
		this.#now = this.#began = 1e6 + nth * 170_000
		this.#id = nth * 2 ** 32
		for (const op of list) this.#step(op)
		this.#switch(null, 0, 'unknown', 0)
		while (isEnded && this.#waiting.length > 0) {
			this.#step([7, 5, 300_000, ''])
			this.#step([13, 0, 60_000, ''])
		}
	}

	#step([kind, which, gap, text]: Op): void {
		this.#now += gap
		const { program } = this
		const now = this.#now
		const reason = reasons[which]!
		const task = this.#current?.id ?? 0
		switch (kind) {
			case 0:
			case 1:
			case 2: {
				const id = ++this.#id
				const end = program.task(now, id, text, { kind: 'request', parent: task })
				this.#switch({ id, name: text, end, stopped: now }, 0, reason, 0)
				break
			}
			case 3:
			case 4:
			case 5:
			case 6:
				// One that the running one wakes.
				if (this.#waiting.length > 0)
					this.#switch(this.#pick(which), 0, this.#current === null ? reason : 'sync', gap / 2)
				break
			case 7:
			case 8:
			case 9:
			case 10: {
				// The loop sleeps, and calls one back.
				if (this.#waiting.length > 0) this.#switch(this.#pick(which), gap / 2, reason, which === 0 ? gap / 4 : 0)
				break
			}
			case 11:
			case 12:
				this.#switch(null, 0, 'unknown', 0)
				break
			case 13: {
				const ended = this.#current
				if (ended === null) break
				this.#report(0)
				this.#current = null
				ended.end(now, which === 9 ? 'threw' : 'returned')
				break
			}
			case 14:
				this.#open.push(program.region(now, 1000 + now, text, task))
				break
			case 15: {
				const end = program.begin(now, 'shop/db:traceQuery', { sql: text })
				this.#open.push(time => end(time))
				break
			}
			case 16:
				this.#open.splice(which % Math.max(1, this.#open.length), 1)[0]?.(now)
				break
			case 17:
				program.signal('instant', now, '@tsgotrace/exec/tasks:traceLog', { key: 'sql', text, task })
				program.signal('instant', now, '@tsgotrace/exec/tasks:traceTaskName', { task, name: `renamed ${which}` })
				break
			case 18:
				program.count(now, '@tsgotrace/exec/thread:traceHeapUsedCount', which * 1e6)
				program.sample(now - gap / 2, [{ name: `f${which}`, file: 'a.js', line: which + 1, column: 1 }])
				break
			default:
				program.done(now, '@tsgotrace/exec/thread:traceGcDone', {
					ms: gap / 3e6,
					kind: which < 5 ? 'scavenge' : 'major',
					ago: 0,
					forced: false,
				})
		}
	}

	#pick(which: number): Task {
		return this.#waiting.splice(which % this.#waiting.length, 1)[0]!
	}

	#report(slept: number): void {
		const task = this.#current
		if (task === null) return
		const ms = Math.max(0, (this.#now - slept - this.#began) / 1e6)
		task.stopped = this.#began + ms * 1e6
		this.#states('traceRunDone', { ms, task: task.id, name: task.name, ago: (this.#now - task.stopped) / 1e6 })
		this.stops++
	}

	#switch(task: Task | null, slept: number, reason: string, runnable: number): void {
		const from = this.#current
		this.#report(Math.min(slept, this.#now - this.#began))
		if (from !== null) this.#waiting.push(from)
		this.#current = task
		this.#began = this.#now
		const waited = task === null ? 0 : this.#now - task.stopped
		if (task === null || waited <= 0) return
		const ready = Math.min(runnable, waited)
		if (from !== null && reason === 'sync')
			this.program.signal('instant', this.#now, `${states}traceWake`, { task: task.id, by: from.id })
		if (task.id % 2 === 0)
			this.program.signal('instant', this.#now, `${states}traceWaitSite`, {
				task: task.id,
				site: `src/a.ts:${task.id % 50}:3`,
				weight: 1,
			})
		this.#states('traceWaitDone', { ms: waited / 1e6, task: task.id, reason, runnable: ready / 1e6 })
		this.#add(reason, waited - ready)
		this.#add('runnable', ready)
	}

	#states(name: string, args: TraceArgs & { readonly ms: number }): void {
		this.program.done(this.#now, `${states}${name}`, args)
	}

	#add(what: string, time: number): void {
		this.#sums[what] = (this.#sums[what] ?? 0) + time
	}
}
