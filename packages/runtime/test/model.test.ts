import { type Probe, ProbeGroup, setup } from '@tsgotrace/runtime'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../../../test/thorough.js'
import { type HelloEvent, hello, reports } from './fixtures.js'

// A random program runs on the runtime and on the simplest thing that does what the runtime promises; both must write
// the same log.
//
// The promise: a signal walks the list of probes that it found when it started, and leaves out those that were detached
// since.

/**
 * What a program does at the top, and its probes when they are called. `probe` counts modulo the number of probes made
 * so far.
 */
type Step =
	| { do: 'attach'; event: number; script: Step[] }
	| { do: 'detach'; probe: number }
	| { do: 'detach self' }
	| { do: 'signal'; event: number }
	| { do: 'signal under lock'; event: number }
	| { do: 'throw' }
	| { do: 'done' }

interface Machine<P> {
	attach(event: number, run: (self: P) => void, failed: () => void): P
	detach(probe: P): void
	signal(event: number): void
	underLock(body: () => void): void
	/** Detach all. */
	done(): void
	/** The probes of an event, and what follows each probe of the program. */
	attached(event: number): readonly P[]
	next(probe: P): P | null
}

interface NaiveProbe {
	readonly event: number
	readonly nth: number
	readonly run: () => void
	readonly failed: () => void
}

function naive(events: number): Machine<NaiveProbe> {
	const lists: NaiveProbe[][] = Array.from({ length: events }, () => [])
	let nth = 0
	return {
		attach(event, run, failed) {
			const probe: NaiveProbe = { event, nth: nth++, run: () => run(probe), failed }
			lists[event]!.push(probe)
			return probe
		},
		detach(probe) {
			const list = lists[probe.event]!
			if (list.includes(probe)) list.splice(list.indexOf(probe), 1)
		},
		signal(event) {
			const list = lists[event]!
			for (const probe of list.slice()) {
				if (!list.includes(probe)) continue
				try {
					probe.run()
				} catch {
					probe.failed()
				}
			}
		},
		underLock: body => body(),
		done() {
			for (const list of lists) list.length = 0
		},
		attached: event => lists[event]!,
		next: probe => lists[probe.event]!.find(other => other.nth > probe.nth) ?? null,
	}
}

function real(events: number): Machine<Probe> {
	const declared: HelloEvent[] = Array.from({ length: events }, () => hello())
	const failures = new Map<Probe, () => void>()
	const group = new ProbeGroup({ onError: (_, probe) => failures.get(probe)!() })
	let locked = false
	const underLock = (body: () => void): void => {
		if (locked) return body()
		locked = true
		try {
			setup(body)
		} finally {
			locked = false
		}
	}
	return {
		attach(event, run, failed) {
			let probe: Probe
			underLock(() => {
				probe = declared[event]!.attach(group, () => run(probe))
				failures.set(probe, failed)
			})
			return probe!
		},
		detach: probe => underLock(() => probe.detach()),
		signal: event => declared[event]!.traceHello('JP'),
		underLock,
		done() {
			if (locked) for (const probe of group.probes) probe.detach()
			else group.done()
		},
		attached: event => declared[event]!.event.probes ?? [],
		next: probe => probe.next,
	}
}

const eventCount = 2
/** Bounds on nested signals, and on probes in all: programs must end, and soon. */
const maxDepth = 3
const maxProbes = 12
const maxCalls = 300

function run<P extends object>(program: readonly Step[], machine: Machine<P>): string[] {
	const log: string[] = []
	const probes: P[] = []
	let depth = 0
	let calls = 0

	const signal = (event: number): void => {
		if (depth === maxDepth) return
		depth++
		log.push(`signal ${event} {`)
		machine.signal(event)
		log.push('}')
		depth--
	}
	const perform = (step: Step, self: P | null): void => {
		switch (step.do) {
			case 'attach': {
				if (probes.length === maxProbes) return
				const nth = probes.length
				probes[nth] = machine.attach(
					step.event,
					me => {
						log.push(`call ${nth}`)
						if (++calls > maxCalls) return
						for (const inner of step.script) perform(inner, me)
						log.push(`end ${nth}`)
					},
					() => log.push(`failed ${nth}`),
				)
				break
			}
			case 'detach':
				if (probes.length > 0) machine.detach(probes[step.probe % probes.length]!)
				break
			case 'detach self':
				if (self !== null) machine.detach(self)
				break
			case 'signal':
				signal(step.event)
				break
			case 'signal under lock':
				machine.underLock(() => signal(step.event))
				break
			case 'throw':
				if (self !== null) throw new Error('oops')
				break
			case 'done':
				machine.done()
				break
		}
	}
	const name = (probe: P | null): string => (probe === null ? '-' : String(probes.indexOf(probe)))
	for (const step of program) {
		perform(step, null)
		for (let event = 0; event < eventCount; event++)
			log.push(`event ${event}: ${machine.attached(event).map(name).join()}`)
		log.push(`next: ${probes.map(probe => name(machine.next(probe))).join()}`)
	}
	return log
}

const event = fc.nat({ max: eventCount - 1 })
const { script } = fc.letrec<{ script: Step[]; step: Step }>(tie => ({
	script: fc.array(tie('step'), { maxLength: 3 }),
	step: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		{ weight: 2, arbitrary: fc.constant<Step>({ do: 'detach self' }) },
		{ weight: 3, arbitrary: fc.record({ do: fc.constant('detach' as const), probe: fc.nat({ max: maxProbes }) }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('signal' as const), event }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('signal under lock' as const), event }) },
		{ weight: 1, arbitrary: fc.constant<Step>({ do: 'throw' }) },
		{ weight: 1, arbitrary: fc.constant<Step>({ do: 'done' }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('attach' as const), event, script: tie('script') }) },
	),
}))
const attach = fc.record({ do: fc.constant('attach' as const), event, script })
const program = fc
	.tuple(
		fc.array(attach, { minLength: 1, maxLength: 6 }),
		fc.array(fc.oneof({ weight: 2, arbitrary: script }, script), { maxLength: 4 }),
	)
	.map(([attached, steps]): Step[] => [
		...attached,
		{ do: 'signal', event: 0 },
		...steps.flat(),
		{ do: 'signal', event: 0 },
		{ do: 'signal', event: 1 },
	])

const numRuns = runs(400, 2000)

test('probes are called as by the naive model', async () => {
	let calls = 0
	const seen = await reports(() =>
		fc.assert(
			fc.property(program, steps => {
				const expected = run(steps, naive(eventCount))
				calls += expected.filter(line => line.startsWith('call')).length
				expect(run(steps, real(eventCount))).toEqual(expected)
			}),
			{ seed: 20261121, numRuns },
		),
	)
	expect(seen).toEqual([])
	// The programs do something.
	expect(calls).toBeGreaterThan(5 * numRuns)
})
