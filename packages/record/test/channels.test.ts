import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ChannelMessage, publish } from '@tsgotrace/record'
import { expect, it } from 'vitest'
import { declare } from './events.js'

const one = declare('channels:traceOne', 'n: number')
const other = declare('channels:traceOther')

it('events are published to channels of their ids, later ones too, until it is stopped', () => {
	const heard: unknown[] = []
	const listen = (message: unknown): void => {
		const { event, args } = message as ChannelMessage
		heard.push([event.id, ...args])
	}
	subscribe('channels:traceOne', listen)
	subscribe('channels:traceLate', listen)
	const publishing = publish(['channels:*', '!**:traceOther'])
	expect(other.event.probes).toBeNull()
	one(1)
	declare('channels:traceLate', 'n: number')(2)
	publishing.stop()
	one(3)
	expect(one.event.probes).toBeNull()
	expect(heard).toEqual([
		['channels:traceOne', 1],
		['channels:traceLate', 2],
	])
	unsubscribe('channels:traceOne', listen)
	unsubscribe('channels:traceLate', listen)
})
