import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEvents } from '../../trace/test/proto.js'
import { parseRedactPath, type RedactPath, redactedIn } from '../src/events/redactpaths.js'
import { collect } from './collect.js'
import { declare } from './events.js'

const secret = 'the secret'
const login = declare('redaction:traceLogin', 'user: object', 'password: unknown', '...rest: object[]')

/** What a recording with these paths has of the arguments. */
function written(paths: readonly string[], ...args: readonly unknown[]): { text: string; redacted: number } {
	const { bytes } = collect({ events: 'redaction:*', redact: { '*': paths } })
	login(...args)
	const trace = bytes()
	const event = decodeEvents(trace).find(({ id }) => id === 'redaction:traceLogin')!
	const text = JSON.stringify(event.args, (_, value: unknown) =>
		typeof value === 'symbol' ? `<${value.description}>` : typeof value === 'bigint' ? `${value}` : value,
	)
	expect(Buffer.from(trace).includes(secret)).toBe(text.includes(secret))
	return { text, redacted: text.split('<redacted>').length - 1 }
}

describe('redaction', () => {
	const user = (password: unknown): object => ({ name: 'ann', password, deep: { password, list: [{ password }] } })

	it.each([
		[['password'], 3, 1],
		[['user.password'], 3, 1],
		[['*.password'], 3, 1],
		[['user.deep.password'], 3, 1],
		[['user.deep.list[0].password', 'user["password"]', 'password'], 1, 3],
		[['user.*.password'], 3, 1],
		[['user.deep.*.*.password', 'password'], 2, 2],
		[['**.password'], 0, 4],
		[['user'], 1, 1],
		[['*'], 0, 3],
	])('%j leaves %i and removes %i', (paths, left, removed) => {
		const { text, redacted } = written(paths, user(secret), secret)
		expect({ left: text.split(secret).length - 1, redacted }).toEqual({ left, redacted: removed })
	})

	it('holds in rest parameters, messages of errors, and next to what cannot be rendered', () => {
		expect(written(['rest.*.token'], {}, '', { token: secret }, { token: secret }).redacted).toBe(2)
		expect(written(['*.cause.message'], { cause: new Error(secret) }).text).not.toContain(secret)
		const broken = new Proxy({}, {})
		expect(written(['**.password'], { broken, list: [broken, { password: secret }] }).redacted).toBe(2)
	})

	it('never runs a getter to find out', () => {
		const { text } = written(['*.password'], {
			get password() {
				throw new Error('called')
			},
			other: 1,
		})
		expect(text).toContain('<redacted>')
	})

	it.each(['', '.a', 'a.', 'a..b', 'a[', 'a[]', 'a]b', '**', 'a.**', 'a b'])('refuses %j', path => {
		expect(() => collect({ redact: { '*': [path] } })).toThrow(/redact: '.*' is neither a parameter nor a path/)
	})

	it('finds what a naive walk over the whole path finds', () => {
		const name = fc.constantFrom('a', 'b', 'c')
		const names = fc.array(name, { minLength: 1, maxLength: 5 })
		const pattern = fc
			.array(fc.oneof(name, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 5 })
			.filter(path => path.at(-1) !== '**')
		fc.assert(
			fc.property(fc.array(pattern, { maxLength: 4 }), names, (patterns, path) => {
				let state: true | readonly RedactPath[] = patterns.map(p => parseRedactPath(p.join('.')))
				for (const step of path) if (state !== true) state = redactedIn(state, step)
				const fits = (p: readonly string[], q: readonly string[]): boolean => {
					if (p.length === 0) return q.length === 0
					if (p[0] === '**') return fits(p.slice(1), q) || (q.length > 0 && fits(p, q.slice(1)))
					return q.length > 0 && (p[0] === '*' || p[0] === q[0]) && fits(p.slice(1), q.slice(1))
				}
				// What is inside of something redacted is redacted too.
				const expected = path.some((_, i) => patterns.some(p => fits(p, path.slice(0, i + 1))))
				expect(state === true).toBe(expected)
			}),
			{ numRuns: 2000 },
		)
	})
})
