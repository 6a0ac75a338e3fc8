// Writes simulated programs as traces: the recorder records their events, by the clock of the simulation.
import { record } from '@tsgotrace/record'
import { event } from '@tsgotrace/runtime/gen1'
import type { Program } from '../../packages/trace/test/items.js'

/** Milliseconds: what the recorder believes the time to be. Who imports this mocks the clock of the recorder by it. */
export const clock: { ms: number } = { ms: 0 }

type Emit = (...args: readonly unknown[]) => void

/** Events are declared for good, and two programs may give one other arguments. */
let nth = 0

/** Record a program to a file. Counters are events too; losses cannot be had. */
export function replay({ items }: Program, path: string): void {
	const prefix = `${++nth}`
	const emits = new Map<string, { readonly names: readonly string[]; readonly emit: Emit }>()
	const calls: { readonly at: number; readonly call: () => void }[] = []
	const declared = (id: string, args: Readonly<Record<string, unknown>>): { names: readonly string[]; emit: Emit } => {
		const known = emits.get(id)
		if (known !== undefined) return known
		const names = Object.keys(args)
		const params = names.map(name => `${name}: ${typeof args[name]}`)
		const descriptor = event({
			[id]: 1,
			probes: null,
			id,
			params,
			hash: prefix.padStart(16, '0'),
			source: 'src/simulated.ts',
			async: false,
		})
		const made = {
			names,
			emit: (...given: readonly unknown[]) => {
				for (const probe of (descriptor as unknown as { probes: readonly { fn: Emit }[] | null }).probes ?? [])
					probe.fn(...given)
			},
		}
		emits.set(id, made)
		return made
	}
	const add = (at: number, id: string, args: Readonly<Record<string, unknown>>): void => {
		const { names, emit } = declared(id, args)
		calls.push({ at, call: () => emit(...names.map(name => args[name])) })
	}
	for (const item of items) {
		if (item.type === 'counter') add(item.time, item.id, { value: item.value })
		else if (item.type === 'instant' || item.type === 'begin' || item.type === 'end') {
			// What is over is reported once, at its end, by an event that has its duration.
			if (!(item.type === 'begin' && item.id.endsWith('Done'))) add(item.time, item.id, item.args)
		}
	}
	calls.sort((a, b) => a.at - b.at)
	clock.ms = 0
	const ids = [...emits.keys()]
	const recorder = record({ to: path, events: ids, flushEvery: 1e9 })
	for (const { at, call } of calls) {
		clock.ms = at / 1e6
		call()
	}
	recorder.stop()
}
