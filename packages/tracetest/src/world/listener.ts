import {
	type AsyncTraceEvent,
	attachProbe,
	events,
	onEvent,
	ProbeGroup,
	setup,
	type TraceEvent,
} from '@tsgotrace/runtime'
import { here } from './here.js'
import { type ListenedEvent, sourceOf } from './signal.js'
import type { World } from './world.js'

/**
 * The probes of a test. They find out to which execution a signal belongs: that in whose context it was signalled; and
 * pass it on.
 *
 * Probes stay attached while a body is executed again and again: an execution does not attach them.
 */
export class Listener {
	/**
	 * The execution that gets signals from outside of every context, such as those from a connection that was opened
	 * before the test.
	 */
	current: World | undefined
	readonly #group: ProbeGroup = new ProbeGroup({ rejectSignaller: true, onError: error => this.current?.fail(error) })
	/** Copies that have our probe, and imported events that are listened to. */
	readonly #attached = new Set<TraceEvent>()
	readonly #subscriptions: (() => void)[] = []

	/**
	 * Listen to events, which may be imported ones: these mean all copies, those that load later included. Listening
	 * again is not an error.
	 *
	 * @throws if an imported event has another signature than a copy that is loaded
	 */
	attach(wanted: readonly TraceEvent[]): void {
		const loaded = events()
		const own = wanted.filter(event => loaded.includes(event))
		setup(() => {
			for (const event of own) this.#attach(event)
		})
		for (const event of wanted) if (!own.includes(event)) this.#import(event)
	}

	/** Listen to all events that `filter` accepts, those that load later included. */
	attachAll(filter: (event: TraceEvent) => boolean): void {
		this.#subscriptions.push(
			onEvent(event => {
				if (filter(event)) this.attach([event])
			}),
		)
	}

	/** Detach everything. */
	done(): void {
		for (const end of this.#subscriptions.splice(0)) end()
		this.#group.done()
		this.#attached.clear()
	}

	#attach(event: TraceEvent): void {
		if (this.#attached.has(event)) return
		const source = sourceOf(event)
		attachProbe(this.#group, event as AsyncTraceEvent, (...args) => this.#signal(source, args))
		this.#attached.add(event)
	}

	/**
	 * Attach to the copies of an imported event one by one: each may have our probe already, or get it by itself when it
	 * loads.
	 */
	#import(event: TraceEvent): void {
		if (this.#attached.has(event)) return
		mustMatch(event)
		this.#attached.add(event)
		this.#subscriptions.push(
			onEvent(copy => {
				if (copy.id !== event.id) return
				try {
					mustMatch(event)
					setup(() => this.#attach(copy))
				} catch (error) {
					// The module that loads is traced code: it must not see the error.
					this.current?.fail(error)
				}
			}),
		)
	}

	#signal(source: ListenedEvent, args: readonly unknown[]): Promise<void> | undefined {
		const caller = here()
		const world = caller === undefined ? this.current : caller.world
		// Another test listens to the same event, and its probe is called too.
		if (world === undefined || world.listener !== this) return undefined
		return world.signal(source, args, caller === undefined ? world.outside : caller.task)
	}
}

/** @throws if a loaded copy of the imported event has another signature; the runtime knows the words for it */
function mustMatch(event: TraceEvent): void {
	setup(() => attachProbe(null, event, () => {}).detach())
}
