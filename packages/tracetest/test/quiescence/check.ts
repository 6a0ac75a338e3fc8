import assert from 'node:assert'
import { DeadlockError, run } from '@tsgotrace/tracetest'
import { sync } from '../fixtures.js'
import { earlySources } from './before.js'
import { computingSources } from './computing.js'
import { fileSources } from './files.js'
import { moduleSources } from './modules.js'
import { networkSources } from './network.js'
import { processSources } from './processes.js'
import type { ListenedEvent } from './source.js'
import { streamSources } from './streams.js'
import { timerSources } from './timers.js'

export const allSources: readonly ListenedEvent[] = [
	...timerSources,
	...fileSources,
	...networkSources,
	...computingSources,
	...streamSources,
	...processSources,
	...moduleSources,
	...earlySources,
]

const happened = sync<[source: string]>('traceHappened')

/** Execute a test that starts `source` and waits for its event, and then for `more`. */
async function execute(
	source: ListenedEvent,
	deadTime: number,
	more: (expect: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
	const ends: (() => unknown)[] = []
	const last: (() => unknown)[] = []
	let signalled = false
	const signal = (): void => {
		if (!signalled) happened.signal(source.name)
		signalled = true
	}
	const begin = (): unknown =>
		source.start(
			signal,
			end => ends.push(end),
			end => last.push(end),
		)
	const early = source.before ? { begun: begin() } : undefined
	try {
		await run(
			async t => {
				t.attach(happened.event)
				const { begun } = early ?? { begun: begin() }
				const expect = (): Promise<unknown> => t.expect('default', happened.event, source.name)
				await expect()
				await begun
				await free(ends)
				await more(expect)
			},
			{ name: source.name, deadTime },
		)
	} finally {
		await free(ends)
		await free(last)
	}
}

async function free(ends: (() => unknown)[]): Promise<void> {
	for (const end of ends.splice(0).reverse()) await end()
}

/** @throws if a test that waits for the event of `source` fails */
export async function checkEvent(source: ListenedEvent): Promise<void> {
	await execute(source, 10_000, async () => {})
}

/** @throws if a test that waits for one event more is not found to be stuck, or for another reason than it is */
export async function checkDeadlock(source: ListenedEvent): Promise<void> {
	const { stays } = source
	// What is left may be given back some moments later, on a machine that is busy.
	for (let tries = 10; ; tries--) {
		let since = Number.NaN
		const stuck = execute(source, stays === undefined ? 5000 : 600, expect => {
			since = performance.now()
			return expect()
		})
		const error = await stuck.then(
			() => assert.fail('no deadlock was found'),
			(failure: unknown) => failure,
		)
		const ms = performance.now() - since
		if (!(error instanceof DeadlockError)) throw error
		if (stays !== undefined) {
			assert(!error.proved, 'a deadlock was proved although something is left')
			assert(
				error.alive.some(type => stays.test(type)),
				`${error.alive.join(', ')} instead of ${stays}`,
			)
			return
		}
		assert(error.proved, `not proved: ${error.alive.join(', ')}`)
		if (ms < 50) return
		assert(tries > 1, `it took ${ms.toFixed(1)} ms`)
	}
}
