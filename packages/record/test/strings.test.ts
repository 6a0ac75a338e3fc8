import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StringTable } from '../src/engine/strings.js'

const packet = new Uint8Array(1)

// Few lengths and characters, so that many share a place in front of the map; and what is special as a name of a
// property.
const texts = fc.oneof(
	fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 6 }),
	fc.constantFrom(
		'',
		'0',
		'17',
		'4294967295',
		'-1',
		'__proto__',
		'constructor',
		'toString',
		'é',
		'😀😀',
		'x'.repeat(256),
	),
)

it('is a map of texts, whatever shares a place', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.constantFrom('add', 'get', 'clear'), texts), { maxLength: 300 }), steps => {
			const table = new StringTable()
			const model = new Map<string, number>()
			for (const [i, [step, text]] of steps.entries()) {
				if (step === 'clear' && i % 7 === 0) {
					table.clear()
					model.clear()
				} else if (step === 'add' && !model.has(text)) {
					const entry = table.add(text, i, packet)
					expect(entry).toEqual({ text, iid: i, epoch: 0, packet })
					model.set(text, i)
				}
				// Another string of the same text, as a program makes it.
				const again = Array.from(text).join('')
				expect(table.get(again)?.iid).toBe(model.get(text))
			}
		}),
	)
})

it('starts anew when it is full', () => {
	const table = new StringTable()
	for (let i = 0; i < 4096; i++) table.add(`text ${i}`, i, packet)
	expect(table.get('text 7')?.iid).toBe(7)
	table.add('one more', 4096, packet)
	expect(table.get('text 7')).toBeUndefined()
	expect(table.get('one more')?.iid).toBe(4096)
})
