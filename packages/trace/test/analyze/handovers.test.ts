// What tasks that wait for each other pass on, whatever their names and numbers are; and what looks like it.
import { analyze, type Finding } from '@tsgotrace/trace/analyze'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/thorough.js'
import { componentsOf } from '../../src/analyze/facts/components.js'
import type { Program } from '../items.js'
import { Meeting, Places, Shared } from './sharing.js'
import { arrivals, run, wait } from './sim.js'

const property = { numRuns: runs(25, 1000) }

const findingsOf = async (program: Promise<Program>): Promise<readonly Finding[]> =>
	(await analyze((await program).trace())).findings
const sure = (findings: readonly Finding[]): readonly Finding[] => findings.filter(({ level }) => level !== 'suspected')

describe('tasks that wait for each other', () => {
	it('are found with how many have it at a time', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({ seed: fc.nat(), places: fc.integer({ min: 1, max: 6 }), names: fc.integer({ min: 1, max: 5 }) }),
				async ({ seed, places, names }) => {
					const found = await findingsOf(
						run(seed, async sim => {
							const pool = new Places(places)
							// They come three times as fast as they can be served, and of each name there are enough.
							await arrivals(sim, 60 * names, 10 / places / 3, async () =>
								sim.task(`task ${sim.random.int(names)}`, async task =>
									pool.have(sim, task, async () => sim.sleep(sim.random.between(8, 12))),
								),
							)
						}),
					)
					const subject = Array.from({ length: names }, (_, n) => `task task ${n}`).join(', ')
					expect(sure(found).map(({ rule, subject: about }) => [rule, about])).toEqual([
						[places === 1 ? 'contention' : 'pool', subject],
					])
					const { text } = found[0]!
					if (places === 1) expect(text).toContain('for something that one holds at a time')
					else {
						const told = Number(/for something that about (\d+) hold at a time/.exec(text)![1])
						expect(Math.abs(told - places)).toBeLessThanOrEqual(Math.max(1, places * 0.3))
					}
				},
			),
			property,
		)
	})

	it('are found once, however many names they have, and whatever is in these', async () => {
		const names = ['GET /a, GET /b', 'c', 'd', 'e', 'f', 'g', 'task h']
		const found = await findingsOf(
			run(1, async sim => {
				const lock = new Places(1)
				await arrivals(sim, 60 * names.length, 3, async n =>
					sim.task(names[Math.floor(n / 20) % names.length]!, async task =>
						lock.have(sim, task, async () => sim.sleep(sim.random.between(8, 12))),
					),
				)
			}),
		)
		const about = found.filter(({ rule }) => rule === 'contention' || rule === 'pool')
		expect(about.map(({ level, subject }) => [level, subject.split(', task ').length])).toEqual([['measured', 5]])
	})

	it('are not, where they hardly wait', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({ seed: fc.nat(), places: fc.integer({ min: 1, max: 6 }), names: fc.integer({ min: 1, max: 5 }) }),
				async ({ seed, places, names }) => {
					const found = findingsOf(
						run(seed, async sim => {
							const pool = new Places(places)
							await arrivals(sim, 150, 40 / places, async n =>
								sim.task(`task ${n % names}`, async task =>
									pool.have(sim, task, async () => sim.sleep(sim.random.between(8, 12))),
								),
							)
						}),
					)
					expect(sure(await found)).toEqual([])
				},
			),
			property,
		)
	})

	it('are not, where they share what one of them fetches', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					seed: fc.nat(),
					keys: fc.integer({ min: 1, max: 20 }),
					parts: fc.integer({ min: 1, max: 4 }),
					names: fc.integer({ min: 1, max: 5 }),
					apart: fc.integer({ min: 1, max: 12 }),
				}),
				async ({ seed, keys, parts, names, apart }) => {
					const found = findingsOf(
						run(seed, async sim => {
							const cache = new Shared()
							await arrivals(sim, 120, apart, async n =>
								sim.task(`task ${n % names}`, async task => {
									for (let part = 0; part < parts; part++)
										await cache.get(sim, task, `${sim.random.int(keys)}`, async () =>
											sim.sleep(sim.random.between(8, 14)),
										)
								}),
							)
						}),
					)
					expect(sure(await found)).toEqual([])
				},
			),
			property,
		)
	})

	it('are not, where they meet', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					seed: fc.nat(),
					parties: fc.integer({ min: 2, max: 8 }),
					rounds: fc.integer({ min: 1, max: 10 }),
					names: fc.integer({ min: 1, max: 5 }),
				}),
				async ({ seed, parties, rounds, names }) => {
					const found = findingsOf(
						run(seed, async sim => {
							const meetings = Array.from({ length: 30 }, () => new Meeting(parties))
							await arrivals(sim, 30 * parties, 2, async n =>
								sim.task(`task ${n % names}`, async task => {
									for (let round = 0; round < rounds; round++) {
										const from = sim.now
										await sim.sleep(sim.random.exponential(4))
										wait(sim, task, (sim.now - from) / 1e6, 'timer')
										await meetings[Math.floor(n / parties)]!.arrive(sim, task)
									}
								}),
							)
						}),
					)
					expect(sure(await found)).toEqual([])
				},
			),
			property,
		)
	})
})

it('components of a graph are the sets of nodes that reach each other', () => {
	const graph = fc
		.integer({ min: 1, max: 9 })
		.chain(size =>
			fc.array(fc.array(fc.nat({ max: size - 1 }), { maxLength: 3 }), { minLength: size, maxLength: size }),
		)
	fc.assert(
		fc.property(graph, edges => {
			const reaches = edges.map((_, start) => {
				const seen = new Set([start])
				for (const node of seen) for (const next of edges[node]!) seen.add(next)
				return seen
			})
			const components = componentsOf([...edges.keys()], node => edges[node]!)
			expect(components.flat().sort((a, b) => a - b)).toEqual([...edges.keys()])
			for (const component of components)
				for (const node of component)
					expect([...edges.keys()].filter(other => reaches[node]!.has(other) && reaches[other]!.has(node))).toEqual(
						[...component].sort((a, b) => a - b),
					)
		}),
	)
})
