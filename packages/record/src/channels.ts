import { channel } from 'node:diagnostics_channel'
import { type AsyncTraceEvent, attachProbe, onEvent, ProbeGroup, setup, type TraceEvent } from '@tsgotrace/runtime'
import type { Globs } from '@tsgotrace/trace/format/match'
import { selection } from '@tsgotrace/trace/format/selection'

/** The message that a channel receives. */
export interface ChannelMessage {
	readonly event: TraceEvent | AsyncTraceEvent
	readonly args: readonly unknown[]
}

/**
 * Publish events to channels of `node:diagnostics_channel` named by the ids of the events, such as `hello:traceHello`,
 * for tools that subscribe to channels. A message is a {@link ChannelMessage}. A channel without subscribers costs no
 * message.
 *
 * @param events globs over ids; events that load later are published too
 * @param options `pausable`: pausable events too. The program then waits at them, as for {@link RecordOptions.pausable}
 * @returns an object whose `stop` ends publishing
 * @throws if called under the tracing lock
 * @example
 * import { subscribe } from 'node:diagnostics_channel'
 * import { type ChannelMessage, publish } from '@tsgotrace/record'
 * subscribe('hello:traceHello', message => console.log((message as ChannelMessage).args))
 * const publishing = publish('hello:*')
 * publishing.stop()
 */
export function publish(events: Globs, options: { readonly pausable?: boolean } = {}): Disposable & { stop(): void } {
	const matches = selection(events)
	const group = new ProbeGroup()
	const unsubscribe = onEvent(event => {
		if (!matches(event.id) || (event.async && options.pausable !== true)) return
		const target = channel(event.id)
		const probe = (...args: readonly unknown[]): void => {
			if (target.hasSubscribers) target.publish({ event, args } satisfies ChannelMessage)
		}
		setup(() => void attachProbe(group, event, probe))
	})
	const stop = (): void => {
		unsubscribe()
		group.done()
	}
	return { stop, [Symbol.dispose]: stop }
}
