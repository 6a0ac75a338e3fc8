import type { TraceEvent } from '@tsgotrace/runtime'
import { callText, placeText } from '../platform/text.js'
import { TraceNak } from './nak.js'
import { type CallStack, placeOfSite, type Signal } from './signal.js'
import type { Task } from './task.js'

/** An event on its way to the test. Its sender, if the event is pausable, waits until it is acknowledged or refused. */
export interface StreamMessage extends Signal {
	readonly stream: string
	readonly task: Task<unknown>
	/** The arguments as they were when the event was signalled, whatever has become of them since. */
	readonly copied: readonly unknown[]
	/** What `t.snapshot` captured in place. */
	readonly state: unknown
	/** Counts up over all streams. */
	readonly nth: number
	/** When it was sent, in milliseconds of real time. */
	readonly since: number
	/** Ends the pause of the sender. Undefined for an event that cannot pause. */
	readonly settle: ((refusal?: TraceNak) => void) | undefined
}

/** In the place of a name: the first stream on which an event comes. */
export const firstStream = '(the only stream)'

/** A call of the test that waits for the next event of one of some streams. */
export interface Receiver {
	readonly streams: readonly string[]
	/** What it waits for, such as `traceHi('T1·A')`. */
	readonly wanted: string
	/** The event that it waits for, if it is not any. */
	readonly event: TraceEvent | undefined
	readonly task: Task<unknown>
	/** Where the test called. */
	readonly site: CallStack
	readonly since: number
	readonly take: (message: StreamMessage) => void
	readonly reject: (error: Error) => void
}

interface Stream {
	readonly name: string
	readonly queue: StreamMessage[]
	/** Names of all events that came, in order. */
	readonly seen: string[]
	/** Whether the test took whatever came, in which case the order is not one that it expects. */
	open: boolean
}

/** The streams of one execution: queues of events that came, and the calls that wait for events to come. */
export class Streams {
	/** Made on first use, as the others: a search makes thousands of executions a second, most of which have none. */
	#streams: Map<string, Stream> | undefined
	#receivers: Receiver[] | undefined
	/** Taken by `hold` and not acknowledged yet. */
	#held: Set<StreamMessage> | undefined

	#closed: string | undefined

	/** Hand `message` to the receiver that has waited longest for its stream, or queue it. */
	deliver(message: StreamMessage): void {
		const stream = this.#stream(message.stream)
		stream.seen.push(message.event.id)
		const { receivers } = this
		const at = receivers.findIndex(({ streams }) => streams.includes(message.stream) || streams.includes(firstStream))
		if (at < 0) stream.queue.push(message)
		else this.#receivers!.splice(at, 1)[0]!.take(message)
	}

	/** Let `receiver` take the oldest event of its streams, now or when one comes. */
	receive(receiver: Receiver): void {
		let oldest: Stream | undefined
		for (const name of receiver.streams) {
			if (name === firstStream) continue
			const stream = this.#stream(name)
			const head = stream.queue[0]
			if (head !== undefined && (oldest === undefined || head.nth < oldest.queue[0]!.nth)) oldest = stream
		}
		if (oldest === undefined) (this.#receivers ??= []).push(receiver)
		else receiver.take(oldest.queue.shift()!)
	}

	/** `message` was taken, and its sender waits until `ack` or `nak`. */
	hold(message: StreamMessage): void {
		if (this.#closed === undefined) (this.#held ??= new Set()).add(message)
		else refuse(message, this.#closed)
	}

	/** Whether `message` is held. */
	holds(message: StreamMessage): boolean {
		return this.#held?.has(message) === true
	}

	/** `message` is held no longer. @returns false if it was not */
	release(message: StreamMessage): boolean {
		return this.#held?.delete(message) === true
	}

	/** Mark streams whose order the test does not expect. */
	open(names: readonly string[]): void {
		for (const name of names) this.#stream(name).open = true
	}

	/** Events that came and were not taken, or are held, by stream. */
	get pending(): readonly StreamMessage[] {
		if (this.#streams === undefined) return none
		return [...this.#sorted().flatMap(stream => stream.queue), ...(this.#held ?? [])]
	}

	get receivers(): readonly Receiver[] {
		return this.#receivers ?? noReceivers
	}

	/** Of all streams that the test has named, or on which an event has come. */
	get names(): string[] {
		return this.#sorted().map(({ name }) => name)
	}

	/** The calls that wait, for people; but for the one at `site`, which they know of. */
	calls(site: CallStack | undefined): string | undefined {
		const lines = this.receivers
			.filter(receiver => receiver.site !== site)
			.map(({ task, wanted, streams, site: caller }) => {
				const where = placeOfSite(caller)
				return `  ${task.name}  waits for ${wanted} on stream ${streams.join(' or ')}${where === undefined ? '' : `, at ${placeText(where)}`}`
			})
		return lines.length === 0 ? undefined : ['pending calls:', ...lines].join('\n')
	}

	/** Names of the streams, each with the events that came on it unless the test leaves their order open. */
	shape(): ReadonlyMap<string, readonly string[] | null> {
		if (this.#streams === undefined) return noShape
		return new Map(this.#sorted().map(stream => [stream.name, stream.open ? null : stream.seen]))
	}

	/** What is left at the end; undefined if there was never a stream. */
	status(): string | undefined {
		const streams = this.#sorted()
		if (streams.length === 0) return undefined
		const held = [...(this.#held ?? [])]
		const pending = streams.reduce((sum, stream) => sum + stream.queue.length, held.length)
		const width = Math.max(0, ...streams.map(stream => stream.name.length))
		const busy = streams.flatMap(({ name, queue }) => [
			...held
				.filter(message => message.stream === name)
				.map(message => `  ${name.padEnd(width)}  <- ${callText(message.event, message.args)}  (held)`),
			...queue.map(message => `  ${name.padEnd(width)}  <- ${callText(message.event, message.args)}`),
		])
		const quiet = streams.filter(
			({ name, queue }) => queue.length === 0 && !held.some(message => message.stream === name),
		)
		return [
			`test shutdown: #streams: ${streams.length}, #(pending events): ${pending}`,
			...busy,
			...quiet.map(({ name }) => `  # ${name}`),
		].join('\n')
	}

	/** Refuse all events that are pending, and end all calls that wait. */
	close(reason: string): void {
		this.#closed = reason
		for (const message of this.pending) refuse(message, reason)
		for (const { queue } of this.#streams?.values() ?? []) queue.length = 0
		this.#held?.clear()
		for (const receiver of this.#receivers?.splice(0) ?? [])
			receiver.reject(new TraceNak(`${receiver.streams.join(', ')}: recv: ${reason}`))
	}

	#stream(name: string): Stream {
		const streams = (this.#streams ??= new Map())
		let stream = streams.get(name)
		if (stream === undefined) {
			stream = { name, queue: [], seen: [], open: false }
			streams.set(name, stream)
		}
		return stream
	}

	#sorted(): Stream[] {
		return [...(this.#streams?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
	}
}

const none: readonly StreamMessage[] = []
const noReceivers: readonly Receiver[] = []
const noShape: ReadonlyMap<string, readonly string[] | null> = new Map()

/** Let the sender of `message`, if it waits, get a {@link TraceNak}. */
export function refuse(message: StreamMessage, reason: string): void {
	message.settle?.(new TraceNak(`${message.stream}: send: ${reason}: ${callText(message.event, message.args)}`))
}

/** What `route` and `snapshot` get: the event and its arguments. */
export type OnEvent<R> = (event: TraceEvent, ...args: readonly unknown[]) => R
