import { explore, type T } from '@tsgotrace/tracetest'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import type { Outcome } from '../src/explore/execute.js'
import { Executor } from '../src/explore/execute.js'
import type { Deviation } from '../src/explore/schedule.js'
import { divergence, fingerprintOf, parseToken, slug, type Token, tokenText } from '../src/explore/token.js'
import { settingsOf } from '../src/world/options.js'
import { bodyOf, deviationsOf, explored, type Program, pathOf, point } from './explore-model.js'
import { pausable, sync } from './fixtures.js'

const whole = fc.nat(100_000)
const deviation: fc.Arbitrary<Deviation> = fc.oneof(
	fc.record({ kind: fc.constant('delay' as const), at: whole, by: fc.integer({ min: 1, max: 50 }) }),
	fc.record({
		kind: fc.constant('hold' as const),
		at: whole,
		until: fc.oneof(whole, fc.constantFrom('quiet' as const, 'here' as const)),
		after: fc.nat(20),
	}),
	fc.record({ kind: fc.constant('order' as const), name: fc.constantFrom('plain' as const, 'natural' as const) }),
	fc.record({ kind: fc.constant('injection' as const), at: whole, action: fc.nat(5), after: fc.nat(20) }),
)
const hash = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const trail = fc.record({
	hashes: fc.array(hash, { maxLength: 300, size: 'max' }),
	marks: fc.array(fc.record({ decision: whole, occurrence: whole, arrival: whole, request: whole, hash }), {
		maxLength: 4,
	}),
})
const token = fc
	.record({ name: fc.string({ unit: 'grapheme' }), deviations: fc.array(deviation, { maxLength: 6 }), of: trail })
	.map(({ name, deviations, of }): Token => ({ name: slug(name), deviations, fingerprint: fingerprintOf(of) }))

test('what a token says comes back from its text, which needs no quotes in a shell', () => {
	fc.assert(
		fc.property(token, original => {
			const text = tokenText(original)
			expect(parseToken(text)).toEqual(original)
			expect(parseToken(`  ${text}\n`)).toEqual(original)
			expect(text).toMatch(/^[\p{L}\p{N}:._-]+$/u)
		}),
	)
})

const letters = Array.from('0129abzAZ:.-_ dit')

test('a damaged token is reported as such, whatever the damage', () => {
	fc.assert(
		fc.property(
			token,
			fc.nat(),
			fc.constantFrom('cut', 'drop', 'change', 'insert', 'swap'),
			fc.constantFrom(...letters),
			(original, n, how, letter) => {
				const text = tokenText(original)
				const at = n % text.length
				const damaged = {
					cut: text.slice(0, at),
					drop: text.slice(0, at) + text.slice(at + 1),
					change: text.slice(0, at) + letter + text.slice(at + 1),
					insert: text.slice(0, at) + letter + text.slice(at),
					swap: text.slice(0, at) + (text[at + 1] ?? '') + text[at]! + text.slice(at + 2),
				}[how]
				fc.pre(damaged.trim() !== text)
				expect(() => parseToken(damaged)).toThrow(
					/^TRACETEST=.*: (?:the token is damaged; copy all of it, up to the space|a token begins with "tt1:")/,
				)
			},
		),
		{ numRuns: runs(300, 2000) },
	)
})

test.each(['', 'nonsense', 'tt2:a:0:0..0:0000', 'tt1:a:0:0..0', 'tt1:a:x1:0..0:0000'])('no token: %s', async text => {
	await expect(explore(() => {}, { token: text })).rejects.toThrow(/^TRACETEST=/)
})

describe('an execution that goes another way', () => {
	const limits = { steps: 10_000, settle: 250, deadTime: 3000 }

	async function execute(program: Program, deviations: readonly Deviation[]): Promise<Outcome> {
		const executor = new Executor(bodyOf(program, []), settingsOf({}), limits, ({ id }) => id === point.id)
		const outcome = await executor.execute(deviations, { detail: true })
		await executor.done()
		return outcome
	}

	test('is noticed, wherever it does', async () => {
		const numRuns = runs(60, 300)
		const seen = { same: 0, other: 0, exact: 0 }
		await fc.assert(
			fc.asyncProperty(
				explored(100, { gates: false }),
				explored(100, { gates: false }),
				fc.nat(),
				fc.nat(3),
				async (one, two, n, edit) => {
					const path = one.paths[n % one.paths.length]!
					const deviations = deviationsOf(path)
					// The same program but for one of its tasks, or for the end of one.
					const changed = one.program.map((ops, i) => (i === edit % one.program.length ? (two.program[0] ?? []) : ops))
					const made: Token = {
						name: 'a',
						deviations,
						fingerprint: fingerprintOf(await execute(one.program, deviations)),
					}
					expect(divergence(made, await execute(one.program, deviations))).toBe(undefined)
					const other = await execute(changed, deviations)
					const [before, after] = [path.story, pathOf(changed, path.choices).story]
					const differs = before.findIndex((decision, i) => decision !== after[i])
					// Or it goes on where the other ended.
					const first = differs < 0 && after.length > before.length ? before.length : differs
					const found = divergence(made, other)
					if (first < 0) {
						seen.same++
						expect(found).toBe(undefined)
					} else {
						seen.other++
						// One character of the token is for one decision: one in 64 is the same by chance, and then the next one
						// differs.
						expect(found).toBeGreaterThanOrEqual(first)
						if (found === first) seen.exact++
					}
				},
			),
			{ numRuns, seed: 9 },
		)
		expect(seen.same).toBeGreaterThan(numRuns / 15)
		expect(seen.other).toBeGreaterThan(numRuns / 3)
		expect(seen.exact / seen.other).toBeGreaterThan(0.9)
	})

	test('a replay says so, and neither that it passes nor that it fails as before', async () => {
		const step = pausable<[]>('traceReplay')
		const steps = async (n: number): Promise<void> => {
			for (let i = 0; i < n; i++) if (step.signal) await step.signal()
		}
		const body =
			(more: number) =>
			async (t: T): Promise<void> => {
				const order: string[] = []
				const task = (name: string, n: number) => async (): Promise<void> => {
					await steps(n)
					order.push(name)
				}
				await t.all(t.go('A', task('A', 2)), t.go('B', task('B', 2 + more)))
				if (order[0] === 'B') throw new Error('B first')
			}
		const options = { name: 'replay', points: [step.event] }
		const { failure } = await explore(body(0), options)
		expect(failure!.error.message).toMatch(/^B first\n/)
		const same = await explore(body(0), { ...options, token: failure!.token })
		expect([same.claim, same.failure?.replays]).toEqual(['replayed the schedule of the token', true])
		const other = await explore(body(1), { ...options, token: failure!.token })
		expect([other.claim, other.failure?.replays]).toEqual(['diverged from the schedule of the token', false])
		expect(other.failure!.error.message).toMatch(
			/diverged at decision \d+: there the body does not do what it did when the token was made/,
		)
	})

	test('so it is if the body goes on where it had failed', async () => {
		const step = pausable<[]>('traceFurther')
		const body =
			(further: boolean) =>
			async (t: T): Promise<void> => {
				let [value, seen] = [0, 0]
				const add = async (): Promise<void> => {
					const before = value
					if (step.signal) await step.signal()
					value = before + 1
				}
				await t.all(t.go('A', add), t.go('B', add))
				seen = value
				if (!further && seen !== 2) throw new Error('lost')
				if (further && step.signal) await step.signal()
			}
		const options = { name: 'further', points: [step.event] }
		const { failure } = await explore(body(false), options)
		expect(failure!.error.message).toMatch(/^lost\n/)
		const other = await explore(body(true), { ...options, token: failure!.token })
		expect(other.claim).toBe('diverged from the schedule of the token')
		expect(other.failure!.error.message).toMatch(/diverged at decision \d+/)
	})

	test('another event that cannot pause, before the place of an action, is noticed as well', async () => {
		const [one, two, note] = [sync<[]>('traceOne'), sync<[]>('traceTwo'), sync<[]>('traceNote')]
		const body =
			({ signal }: typeof one) =>
			(t: T): void => {
				let acted = false
				t.action('act', () => {
					acted = true
				})
				signal()
				acted = false
				note.signal()
				if (acted) throw new Error('acted')
			}
		const options = { name: 'note', points: [one.event, two.event, note.event], microtasks: 0 }
		const { failure } = await explore(body(one), options)
		expect(failure!.error.message).toMatch(/^acted\n/)
		const other = await explore(body(two), { ...options, token: failure!.token })
		expect(other.claim).toBe('diverged from the schedule of the token')
		expect(other.failure).toBeDefined()
	})

	test('streams that differ from those of the default schedule: the token shows it again', async () => {
		const step = pausable<[]>('traceStream')
		const body = async (t: T): Promise<void> => {
			let first: string | undefined
			let begin!: () => void
			const begun = new Promise<void>(resolve => {
				begin = resolve
			})
			t.attach(step.event)
			t.route(() => first)
			const task = (name: string) => async (): Promise<void> => {
				first ??= name
				begin()
				if (step.signal) await step.signal()
			}
			t.go('A', task('A'))
			t.go('B', task('B'))
			await begun
			for (let i = 0; i < 2; i++) await t.recv(first)
		}
		const options = { name: 'streams', points: [step.event] }
		const report = await explore(body, options)
		expect(report.failure?.error.message).toMatch(/^streams differ between schedules\n/)
		expect(report).toMatchObject({ failure: { fewest: true, replays: true }, schedule: { delays: 1 } })
		const again = await explore(body, { ...options, token: report.failure!.token })
		expect(again.failure?.error.message).toMatch(/^streams differ between schedules\n/)
		expect(again.failure?.replays).toBe(true)
	})
})
