import { parseTraceParent } from '@tsgotrace/exec'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baggageHeader, parseBaggage } from '../src/propagation/baggage.js'

describe('traceparent', () => {
	const id = '0af7651916cd43dd8448eb211c80319c'
	const span = 'b7ad6b7169203331'
	it.each([
		[`00-${id}-${span}-01`, true],
		[`00-${id}-${span}-00`, false],
		[`cc-${id}-${span}-03-what-the-future-brings`, true],
	])('%s is read', (text, sampled) => {
		expect(parseTraceParent(text)).toMatchObject({ traceId: id, spanId: span, sampled })
	})

	it.each([
		'',
		`00-${id}-${span}`,
		`00-${id}-${span}-01-more`,
		`ff-${id}-${span}-01`,
		`00-${'0'.repeat(32)}-${span}-01`,
		`00-${id}-${'0'.repeat(16)}-01`,
		`00-${id.toUpperCase()}-${span}-01`,
		undefined,
		['a'],
	])('%j is not one', text => {
		expect(parseTraceParent(text)).toBe(null)
	})
})

describe('baggage', () => {
	it('comes back as it was sent, whatever the values are', () => {
		const name = fc.stringMatching(/^[\w!#$%&'*+.^`|~-]{1,12}$/)
		fc.assert(
			fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 20 }), { maxKeys: 8 }), members => {
				expect({ ...parseBaggage(baggageHeader(members)) }).toEqual({ ...members })
			}),
		)
	})

	it('is read as others write it, and never throws', () => {
		expect({ ...parseBaggage('a=1;p=x , b = two%20words,=c,d,e=%zz') }).toEqual({ a: '1', b: 'two words' })
		fc.assert(fc.property(fc.string(), text => void parseBaggage(text)))
	})

	it('leaves out what cannot be sent, and stays within the limits', () => {
		expect(baggageHeader({ 'no space': '1', half: '\ud800', ok: '1' })).toBe('ok=1')
		const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, 'v'.repeat(100)]))
		expect(baggageHeader(many).length).toBeLessThanOrEqual(8192)
		expect(Object.keys(parseBaggage(baggageHeader(many)))).toHaveLength(64)
	})
})
