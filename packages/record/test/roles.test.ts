import { describe, expect, it } from 'vitest'
import { defaultSlices, roleOf, type SliceRule } from '../src/events/roles.js'

const events = (...ids: string[]) =>
	new Map(
		ids.map(text => {
			const [id, ...params] = text.split(' ') as [string, ...string[]]
			return [id, { id, params: params.map(param => param.replace('=', ': ')) }] as const
		}),
	)

function roles(ids: string[], rules: readonly SliceRule[] = defaultSlices): Record<string, string> {
	const known = events(...ids)
	const kinds = ['', 'begin', 'end', 'instant', 'counter']
	return Object.fromEntries(
		[...known.values()].map(event => {
			const { type, name, key } = roleOf(event, rules, true, id => known.get(id))
			return [event.id, [kinds[type], name, ...(key === undefined ? [] : [key])].join(' ')]
		}),
	)
}

describe('pairs of events', () => {
	it('are found by their names, keyed by a first parameter that they share', () => {
		expect(
			roles(['p:aBegin id=number', 'p:aEnd id=number', 'p:bStart', 'p:bEnd', 'p:cPre x=string', 'p:c x=number']),
		).toEqual({
			'p:aBegin': 'begin a arg',
			'p:aEnd': 'end a arg',
			'p:bStart': 'begin b context',
			'p:bEnd': 'end b context',
			'p:cPre': 'begin c context',
			'p:c': 'end c context',
		})
	})

	it('need both, in the same trace package', () => {
		expect(roles(['p:aBegin', 'q:aEnd', 'p:bEnd', 'p:Begin', 'p:End'])).toEqual({
			'p:aBegin': 'instant aBegin',
			'q:aEnd': 'instant aEnd',
			'p:bEnd': 'instant bEnd',
			'p:Begin': 'begin Begin context',
			'p:End': 'end Begin context',
		})
	})

	it('are disjoint: the first rule wins, the one left over is an instant', () => {
		expect(roles(['p:aBegin', 'p:aStart', 'p:aEnd', 'p:aEndPre', 'p:aPre', 'p:a'])).toEqual({
			'p:aBegin': 'begin a context',
			'p:aStart': 'instant aStart',
			'p:aEnd': 'end a context',
			'p:aEndPre': 'instant aEndPre',
			'p:aPre': 'begin a context',
			'p:a': 'end a context',
		})
	})

	it('can be declared', () => {
		const rules: SliceRule[] = [
			{ begin: 'db:open', end: 'db:shut', name: 'connection', key: 'thread' },
			{ begin: '*Enter', end: '*Leave' },
		]
		expect(roles(['db:open', 'db:shut', 'x:fEnter', 'x:fLeave', 'x:gBegin', 'x:gEnd'], rules)).toEqual({
			'db:open': 'begin connection thread',
			'db:shut': 'end connection thread',
			'x:fEnter': 'begin f context',
			'x:fLeave': 'end f context',
			'x:gBegin': 'instant gBegin',
			'x:gEnd': 'instant gEnd',
		})
	})

	it('leave counters alone', () => {
		expect(
			roles(['p:queueCount n=number', 'p:fooCount n=string', 'p:Count n=number', 'p:barCount n=number m=number']),
		).toEqual({
			'p:queueCount': 'counter queue',
			'p:fooCount': 'instant fooCount',
			'p:Count': 'instant Count',
			'p:barCount': 'instant barCount',
		})
	})
})
