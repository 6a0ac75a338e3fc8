// The straight-line encoder of a slice that has ended when it is reported: see codegen.ts. One event is two packets, a
// begin in the past and its end.
import { sliceMark } from '@tsgotrace/trace/format/metadata'
import {
	annotation,
	event as field,
	monotonicClock,
	packet,
	sliceBegin,
	sliceEnd,
	tracePacket,
	wrapper,
} from '@tsgotrace/trace/format/schema'
import { measuredCalls, timedEvery } from '../engine/limits.js'
import { maxElapsed } from '../engine/sequence.js'
import { Argument, fourBytes, maxGap, nameOf, type Shape, setLength, store, varint } from './codegen.js'
import { isAgo } from './roles.js'

/**
 * Names of the parameters of the generated factory. `origin` is the value of MONOTONIC where the clock of the recorder
 * is 0.
 */
export const endedParams = [
	'site',
	'hot',
	'view',
	'base',
	'counts',
	'now',
	'intern',
	'number',
	'measured',
	'slow',
	'lanes',
	'sequence',
	'origin',
] as const

/**
 * In nanoseconds, a power of 2: the end is a multiple of it, and so is the begin if the duration is one. Reading the
 * clock takes longer. Times of fewer bits take less space where they are compressed.
 */
const resolution = 64

/** The body of the factory: returns the encoder. For events whose first argument is the duration, in milliseconds. */
export function endedSource({ site, sequence, arity }: Shape): string {
	const names = Array.from({ length: arity }, (_, i) => `a${i}`)
	const args = site.params.map((param, i) => new Argument(param, i)).slice(1)
	// The slice ended before its report. If something was written since then, the time from that is negative.
	const ago = site.params.findIndex(isAgo)
	const k = 2 * site.index
	const labels = site.params.reduce((all, { label }) => all + varint(label.iid).length, 0)
	const event = [
		field.type,
		sliceBegin,
		field.categoryIids,
		...varint(site.category.iid),
		field.nameIid,
		...varint(site.label.iid),
	]
	const clock = [...varint(packet.timestampClockId), monotonicClock, packet.sequenceFlags, 2]
	// The duration is the time from the begin to the end.
	const mark = [field.annotations, 4, annotation.nameIid, wrapper[sliceMark.done], annotation.uint, 0]
	const head = 12 + clock.length + 1 + 1 + event.length
	const long = head + 8 + mark.length + labels + 14 * args.length > 127
	const space = long ? [0, 0] : [0]
	const ids = [packet.sequenceId, (sequence & 127) | 128, sequence >> 7, packet.timestamp]
	const ending = [packet.sequenceFlags, 2, packet.trackEvent, 10, field.type, sliceEnd]
	const track = 'view.setUint32(p, track.low, true); view.setUint32(p + 4, track.high, true); p += 8'
	return `'use strict'
return function ${nameOf(site)}(${names.join(', ')}) {
	leave: {
		if (site.epoch !== hot.epoch || hot.at >= hot.limit || typeof a0 !== 'number') break leave
		const long = Math.round(a0 * 1e6)
		if (!(long > 0 && long < 0x1fffffffffffff && long / 1e6 === a0)) break leave
		${args.map(arg => arg.check()).join('\n\t\t')}
		const t = now()
		const ns = t * 1e6 - base[0]${ago < 0 ? '' : ` - (typeof a${ago} === 'number' && a${ago} > 0 ? a${ago} * 1e6 : 0)`}
		if (!(ns < ${maxElapsed}${ago < 0 ? '' : ' && ns >= hot.last'})) break leave
		let since = ns | 0
		const zero = origin + base[0]
		since = Math.max(since - (zero + since & ${resolution - 1}), hot.last)
		const d = since - hot.last
		if (d > ${maxGap}) break leave
		const end = zero + since
		const begin = end - long
		if (begin < sequence.began) break leave
		const lane = lanes.free(begin)
		if (lane === undefined) break leave
		const track = lane.track
		if (track.epoch !== hot.epoch) break leave
		lane.end = end
		hot.last = since
		const high = Math.floor(begin / 0x10000000)
		const low = begin - high * 0x10000000
		const start = hot.at
		let p = start
		${store([tracePacket, ...space, ...ids])}
		view.setUint32(p, ${fourBytes('low')} | 0x80000000, true); view.setUint32(p + 4, ${fourBytes('high')}, true); p += 8
		${store([...clock, packet.trackEvent])}
		const body = p - 1
		${store([...space, ...event])}
		${track}
		${store(mark)}
		${args.map(arg => arg.write()).join('\n\t\t')}
		${setLength('body', long)}
		${setLength('start', long)}
		${store([tracePacket, ids.length + 4 + ending.length + 8, ...ids])}
		view.setUint32(p, ${fourBytes('d')}, true); p += 4
		${store(ending)}
		${track}
		hot.at = p
		const n = counts[${k}] + 1
		counts[${k}] = n
		counts[${k + 1}] += p - start
		if ((n & ${timedEvery - 1}) < ${measuredCalls}) measured(t, n)
		return
	}
	slow([${names.join(', ')}])
}`
}
