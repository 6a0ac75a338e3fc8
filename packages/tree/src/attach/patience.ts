import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds between two looks. */
const period = 25
/** What one look counts for at most: when more have passed, it is this process that did not run. */
const maxStep = 4 * period
/** How much longer than its time a process is waited for, at most, as one in a busy loop always wants to run. */
const maxFactor = 6

/** What {@link Patience} looks at, in milliseconds. */
interface PatienceTimes {
	/** Of the clock. */
	readonly now: number
	/** For which threads of the process have waited for a processor. */
	readonly delay: number
}

/**
 * Time that a process has for something. It passes only while the process could run: one whose threads wait for a
 * processor, on a busy machine, is waited for longer.
 */
export class Patience {
	readonly #ms: number
	readonly #times: () => PatienceTimes
	#began: number
	#last: PatienceTimes
	#passed = 0

	/**
	 * @param pid null if it is unknown: then its time is that of the clock
	 * @param times for tests
	 */
	constructor(
		pid: number | null,
		ms: number,
		times: () => PatienceTimes = () => ({ now: performance.now(), delay: runDelayOf(pid) }),
	) {
		this.#ms = ms
		this.#times = times
		this.#last = times()
		this.#began = this.#last.now
	}

	/** Seconds of the clock from its begin to the last look, for people. */
	get seconds(): number {
		return Math.round((this.#last.now - this.#began) / 1000)
	}

	/** Its time begins anew. */
	renew(): void {
		this.#began = this.#last.now
		this.#passed = 0
	}

	/** Whether its time has passed. Asked every few milliseconds. */
	isOver(): boolean {
		const before = this.#last
		const { now, delay } = (this.#last = this.#times())
		this.#passed += Math.max(0, Math.min(now - before.now, maxStep) - Math.max(0, delay - before.delay))
		return this.#passed >= this.#ms || now - this.#began >= maxFactor * this.#ms
	}

	/** What a promise resolves to; `late` if the time passes before. @throws what it rejects with */
	async within<T, L>(promise: Promise<T>, late: L): Promise<T | L> {
		let timer: NodeJS.Timeout | undefined
		const over = new Promise<L>(resolve => {
			timer = setInterval(() => {
				if (this.isOver()) resolve(late)
			}, period)
		})
		try {
			return await Promise.race([promise, over])
		} finally {
			clearInterval(timer)
		}
	}
}

/** Milliseconds for which threads of a process have waited for a processor, in all; 0 if that is unknown. */
export function runDelayOf(pid: number | null): number {
	if (pid === null) return 0
	let delay = 0
	try {
		for (const thread of readdirSync(`/proc/${pid}/task`))
			delay += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[1])
	} catch {
		// Other systems have no such files, and threads end.
		return 0
	}
	return delay / 1e6
}
