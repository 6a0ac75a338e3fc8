import fc from 'fast-check'
import { expect, test } from 'vitest'
import { table } from '../src/table.js'

const cell = fc.string({ maxLength: 60, unit: fc.constantFrom('a', 'b', ':', '/') })

test('a table has no line that is too long, and leaves out columns before it cuts', () => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 6 }),
			fc.integer({ min: 70, max: 200 }),
			(rows, width) => {
				// Numbers are not cut.
				const given = rows.map(([a, b, c, d]) => [a, b.slice(0, 8), c.slice(0, 8), d])
				const lines = table(given, { width, left: [3], cut: 3, optional: [2, 1] }).split('\n')
				for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
				expect(
					table(given, {})
						.split('\n')
						.map(line => line.replace(/ +/g, ' ')),
				).toEqual([
					...given.map(row =>
						row
							.map(text => text.trim())
							.join(' ')
							.replace(/ +/g, ' ')
							.trimEnd(),
					),
					'',
				])
			},
		),
	)
})

test('a row is one line without control characters, whatever is in its cells', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string())), rows => {
			const text = table([...rows, ['a\nb\u001b[2J', 'c\r\nd']], { width: 80 })
			expect(text.split('\n')).toHaveLength(rows.length + 2)
			expect(text).not.toMatch(/[^\P{Cc}\n]/u)
		}),
	)
})
