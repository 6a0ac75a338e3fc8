// A body between whose events is all that must not lose the context of a task: promises, a timer, a file, a tick, and
// tasks that wake each other.
import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { SearchReport, T } from '@tsgotrace/tracetest'
import type { Pausable } from './fixtures.js'

/** Node 20 and 22: later ones need no promise hooks. */
export const needsHooks: boolean = Number(process.versions.node.split('.')[0]) < 24

function body(step: Pausable<[string]>, use: () => void): (t: T) => Promise<void> {
	return async t => {
		const written: string[] = []
		let wake!: () => void
		const woken = new Promise<void>(resolve => {
			wake = resolve
		})
		const add = async (name: string): Promise<void> => {
			await step.signal?.(`read ${name}`)
			use()
			const tick = new Promise<void>(resolve => {
				process.nextTick(resolve)
			})
			await Promise.all([setTimeout(1), readFile(import.meta.filename), tick])
			// One of them is woken by the other, in the other's turn.
			if (name === 'A') await woken
			else wake()
			await Promise.resolve()
			await step.signal?.(`write ${name}`)
			written.push(name)
		}
		await t.all(...['A', 'B'].map(name => t.go(name, () => add(name))))
		// Undisturbed, B is always first: it goes on at once, and A a microtask later.
		if (written[0] === 'A') throw new Error('A wrote first')
	}
}

export interface Searched {
	readonly report: SearchReport
	/**
	 * Whether V8's hooks alone were set, where `use` was called. It never does in the undisturbed execution, whose waits
	 * are looked for by hooks.
	 */
	readonly light: ReadonlySet<boolean>
}

/**
 * Explore the body with the copy of the package that is loaded now. It calls `use` in each of its tasks, with whether
 * V8's hooks alone are set there.
 */
export async function search(use: (light: boolean) => void = () => {}): Promise<Searched> {
	const { explore } = await import('@tsgotrace/tracetest')
	const { context } = await import('../src/platform/context.js')
	const { pausable } = await import('./fixtures.js')
	const step = pausable<[string]>('step', 'contexts:step')
	const light = new Set<boolean>()
	const report = await explore(
		body(step, () => {
			light.add(context.light)
			use(context.light)
		}),
		{ progress: false, budget: 20_000, name: 'contexts', samples: 0, points: [step.event] },
	)
	return { report, light }
}

/** What must be the same, whichever hooks the search has used. */
export function essence({ report: { failure, schedule, runs } }: Searched): unknown {
	return { runs, token: failure?.token, schedule }
}
