import type { TraceEvent } from '@tsgotrace/runtime'
import { refuse, type StreamMessage, type Streams } from './streams.js'

/** An event that the test has received. */
export class Received<Args extends readonly unknown[] = readonly unknown[]> {
	readonly stream: string
	readonly event: TraceEvent<Args>
	readonly args: Args
	/** What the function given to `t.snapshot` returned when the event was signalled. */
	readonly state: unknown

	constructor(message: StreamMessage) {
		this.stream = message.stream
		this.event = message.event
		this.args = message.args as Args
		this.state = message.state
	}

	/** Whether it is a signal of `event`: `args` then have its types. */
	is<Other extends readonly unknown[]>(event: TraceEvent<Other>): this is Received<Other> {
		return this.event.id === event.id
	}
}

/**
 * A pausable event that the test has received, whose sender stays paused until `ack` or `nak`. `using` acknowledges it
 * at the end of the block.
 */
export class Held<Args extends readonly unknown[] = readonly unknown[]> extends Received<Args> {
	readonly #message: StreamMessage
	readonly #streams: Streams

	/** `t.hold` makes it. */
	constructor(message: StreamMessage, streams: Streams) {
		super(message)
		this.#message = message
		this.#streams = streams
		streams.hold(message)
	}

	/** Let the sender continue. A second call does nothing. */
	ack(): void {
		if (this.#streams.release(this.#message)) this.#message.settle?.()
	}

	/** Refuse the event: the `await` of the sender throws `TraceNak`. Does nothing after `ack`. */
	nak(reason: string): void {
		if (this.#streams.release(this.#message)) refuse(this.#message, reason)
	}

	[Symbol.dispose](): void {
		this.ack()
	}
}
