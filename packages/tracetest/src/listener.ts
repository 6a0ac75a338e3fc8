import { type AsyncTraceEvent, attachProbe, events, onEvent, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import { context } from './context.js'
import { type Source, sourceOf } from './signal.js'
import type { World } from './world.js'

/**
 * The probes of a test. They find out to which execution a signal belongs: that in whose context it was signalled; and tell it.
 *
 * Probes stay attached while a body is executed again and again: attaching is no part of an execution.
 */
export class Listener {
	/** The execution that gets signals from outside of every context, such as those from a connection that was opened before the test. */
	current: World | undefined
	readonly #group: ProbeGroup = new ProbeGroup({ rejectSignaller: true, onError: error => this.current?.fail(error) })
	readonly #attached = new Set<TraceEvent>()
	readonly #subscriptions: (() => void)[] = []

	/** Listen to events, which may be imported ones: they stand for all copies, those that load later included. Again is no error. */
	attach(wanted: readonly TraceEvent[]): void {
		setup(() => {
			for (const event of wanted) this.#attach(event)
		})
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
		const copies = events().filter(copy => copy.id === event.id)
		// Attached already, by its own descriptor or by those of all its copies.
		if (copies.length > 0 && copies.every(copy => this.#attached.has(copy))) return
		const source = sourceOf(event)
		attachProbe(this.#group, event as AsyncTraceEvent, (...args) => this.#signal(source, args))
		this.#attached.add(event)
		// An imported event has no probes of its own, but now all its copies have ours.
		if (!copies.includes(event)) for (const copy of copies) this.#attached.add(copy)
	}

	#signal(source: Source, args: readonly unknown[]): Promise<void> | undefined {
		const here = context.getStore()
		const world = here === undefined ? this.current : here.world
		// Another test listens to the same event, and its probe is called too.
		if (world === undefined || world.listener !== this) return undefined
		return world.signal(source, args, here === undefined ? world.outside : here.task)
	}
}
