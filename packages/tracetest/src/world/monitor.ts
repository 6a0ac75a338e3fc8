import { census } from '../platform/census.js'
import { foreignTimers } from '../platform/clock.js'
import { originals } from '../platform/originals.js'
import { duration, thousands } from '../platform/text.js'
import { untracked } from '../platform/tracking.js'
import { drained, later } from '../platform/turn.js'
import { LostTaskSearch } from './lost.js'
import { deadlock, finish } from './over.js'
import { Spinning } from './spinning.js'
import type { Task } from './task.js'
import type { World } from './world.js'

/**
 * Watches an execution that goes as it goes, until it is over: by its own end, a failure, or a deadlock. That nothing
 * can happen any more is certain when no resource is alive that could lead to an event, for two full turns of the event
 * loop in a row.
 */
export class Monitor {
	readonly #world: World
	readonly #done: () => void
	/** Turns in a row in which nothing was alive. */
	#quiet = 0
	/** Turns in a row in which something was: the pause between two looks gets longer. */
	#busy = 0
	/** When the looks began that found nothing. */
	#since: number = originals.now()
	#ended: number | undefined
	/** What the census said of activity when it was looked at, and since when it has been the same. */
	#activity = -1
	#active = 0
	/** Looks since then at which virtual time could have passed. */
	#unchanged = 0
	/** Whether what is alive was waited for before virtual time has passed. */
	#idled = false
	/** Ends the test before the runner does. */
	readonly #limit: unknown
	readonly #spinning: Spinning | undefined
	/** Looks that are overtaken by an earlier one do nothing. */
	#generation = 0
	/** How many timers have fired in virtual time. */
	#timers = 0
	/** Looks in a row in which the dead time was over. */
	#dead = 0
	readonly #lostSearch: LostTaskSearch
	/** Whether it is under way: it takes some turns of the event loop. */
	#isSearching = false
	#isOver = false

	/** @param done called when the execution is over */
	constructor(world: World, done: () => void) {
		this.#world = world
		this.#lostSearch = new LostTaskSearch(world, lostAfter)
		this.#done = () => {
			this.#isOver = true
			originals.clearTimeout(this.#limit)
			this.#spinning?.stop()
			done()
		}
		const { timeout } = world.settings
		if (timeout > 0 && timeout < longest) {
			this.#spinning = new Spinning(world)
			this.#limit = untracked(() => originals.setTimeout(() => this.#timeUp(), timeout - Math.min(100, timeout / 20)))
		}
		world.onChange = () => this.#soon()
		this.#soon()
	}

	/** Something has changed: look as soon as microtasks have run. */
	#soon(): void {
		const generation = ++this.#generation
		this.#quiet = 0
		this.#busy = 0
		this.#active = originals.now()
		this.#lostSearch.postpone()
		drained(() => this.#look(generation))
	}

	#again(ms: number): void {
		const generation = ++this.#generation
		later(ms, () => this.#look(generation))
	}

	#look(generation: number): void {
		if (generation !== this.#generation) return
		this.#spinning?.paused()
		const world = this.#world
		const [body] = world.tasks
		if (world.failure === undefined && body!.state === 'rejected') world.fail(body!.error)
		if (world.failure !== undefined) return this.#done()
		if (body!.state === 'fulfilled') this.#ended ??= originals.now()
		const over = this.#hasEnded()
		const waiting = over ? 0 : (world.clock?.count ?? 0)
		const alive = !census.quiet(world) || !census.empty(world) || foreignTimers(world.clock) > 0
		if (alive && !(waiting > 0 && this.#isIdle())) return this.#alive()
		this.#busy = 0
		if (this.#quiet++ === 0) this.#since = originals.now()
		// In virtual time one turn is enough: should something come late, it is only later.
		if (this.#quiet <= (waiting > 0 ? 1 : 2)) return this.#again(0)
		if (over) return this.#finish()
		if (waiting > 0) return this.#pass()
		deadlock(world, { proved: true, ms: originals.now() - this.#since }, world.streams.receivers[0])
	}

	/**
	 * Whether virtual time may pass though something is alive: what may stay for ever without doing anything, as a server
	 * or a connection, has had its time to do something.
	 */
	#isIdle(): boolean {
		const world = this.#world
		if (census.ends(world)) return false
		if (this.#idled && census.idle(world)) return true
		// On a busy machine the time may pass before the loop has turned.
		if (this.#inactive() < settle || ++this.#unchanged < looks) return false
		census.idles(world)
		this.#idled = true
		return true
	}

	/** Time passes until the next timer. */
	#pass(): void {
		const world = this.#world
		const clock = world.clock!
		const { steps } = world.settings
		if (this.#timers++ >= steps) {
			const [receiver] = world.streams.receivers
			const waits = receiver === undefined ? '' : `, but nothing came that the test waits for (${receiver.wanted})`
			const what = `no end after ${thousands(steps)} timers, at ${duration(clock.now)} of virtual time${waits}`
			world.fail(
				new Error(`${what}: an interval that is never cleared? (option "steps" raises the limit)`),
				receiver?.site,
			)
			return
		}
		// What a timer throws is the program's error.
		try {
			clock.next()
		} catch (error) {
			world.fail(error)
		}
		this.#soon()
	}

	/** Whether all tasks have ended. */
	#hasEnded(): boolean {
		return this.#world.tasks.every(task => task.state !== 'running')
	}

	/** Something could still lead to an event. */
	#alive(): void {
		const world = this.#world
		this.#quiet = 0
		this.#busy++
		const now = originals.now()
		const { deadTime } = world.settings
		// Late events would come soon. What stays open longer, such as a server, is not waited for.
		// A request ends by itself.
		// On a busy machine the time may pass before the loop has turned: a number of looks must have passed, too.
		const late = census.working(world) ? { ms: 250, looks: 30 } : { ms: 20, looks: 5 }
		const waited = this.#busy >= late.looks && now - this.#ended! >= late.ms
		if (this.#hasEnded() && (waited || (this.#busy > 2 && census.quiet(world)))) return this.#finish()
		const receiver = world.streams.receivers.find(({ since }) => now - since >= deadTime)
		const sender = world.streams.pending.find(({ since, settle }) => settle !== undefined && now - since >= deadTime)
		const waits = this.#ended !== undefined && now - this.#ended >= deadTime
		const isOver = this.#stuck() || receiver !== undefined || sender !== undefined || waits
		this.#dead = isOver ? this.#dead + 1 : 0
		// The process may not have run in that time: what has come meanwhile is seen in the next turns.
		if (isOver && this.#dead < confirming) return this.#again(0)
		if (this.#isSearching || (!this.#hasEnded() && this.#lostSearch.begin(isOver, this.#lost))) {
			this.#isSearching = true
			return
		}
		if (isOver) return deadlock(world, { proved: false, ms: deadTime }, receiver)
		// Turn by turn first, since most things take no longer than that; then with ever more rest, to leave the processor
		// to the program.
		this.#again(this.#busy < 20 ? 0 : Math.min(10, this.#busy / 20))
	}

	/** Whether nothing has happened for so long that nothing will, as far as can be known. */
	#stuck(): boolean {
		const inactive = this.#inactive()
		const { deadTime } = this.#world.settings
		return inactive >= deadTime && inactive >= deadTime * census.patience(this.#world)
	}

	/** Milliseconds since something has happened, as far as is known. */
	#inactive(): number {
		const now = originals.now()
		const activity = census.activity(this.#world)
		if (this.#activity !== activity) {
			this.#activity = activity
			this.#active = now
			this.#lostSearch.postpone()
			this.#unchanged = 0
		}
		return now - this.#active
	}

	/** Which tasks can never go on, in a look for them that has ended. */
	readonly #lost = (lost: readonly Task<unknown>[], ms: number): void => {
		this.#isSearching = false
		if (this.#isOver) return
		const world = this.#world
		if (lost.length === 0 || world.failure !== undefined) this.#again(0)
		else deadlock(world, { proved: true, ms, lost }, world.streams.receivers[0])
	}

	/** The runner is about to end the test, and would not report what each task waits for. */
	#timeUp(): void {
		const world = this.#world
		if (world.failure !== undefined || this.#hasEnded()) return
		deadlock(world, { proved: false, ms: world.settings.timeout, ended: 'timeOut' }, world.streams.receivers[0])
	}

	#finish(): void {
		finish(this.#world)
		this.#done()
	}
}

/**
 * Milliseconds without activity after which it is looked for tasks that are lost. A test may wait that long for an
 * answer, and to collect garbage may take as long.
 */
const lostAfter = 250
/** Looks that must find the dead time over. */
const confirming = 5
/** For how long virtual time waits for something that may stay alive for ever, in milliseconds. */
const settle = 250
/** And for how many looks. */
const looks = 10

/** What a timer can take. */
const longest = 2 ** 31
