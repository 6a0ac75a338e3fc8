import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type LostTask, onLost } from '../tasks/lost.js'
import { liveTasks } from '../tasks/task.js'

// Taken when the module loads, because fake timers of a test may replace it later.
const { setImmediate } = globalThis
/** Rounds of collecting garbage. One finds all; a later turn of the event loop reports what was lost. */
const maxRounds = 5

/** Tasks of a test can never end. */
export class LeakError extends Error {
	override readonly name = 'LeakError'

	constructor(lost: readonly LostTask[]) {
		super(
			lost.length === 1
				? `a task of this test can never end: ${textOf(lost[0]!)}`
				: `${lost.length} tasks of this test can never end:\n${lost.map(one => `  ${textOf(one)}`).join('\n')}`,
		)
	}
}

function textOf({ name, begun, site, found, stopped }: LostTask): string {
	const where = begun === null ? '' : ` begun at ${begun},`
	return `'${name}'${where} which nothing can resume since ${(found - stopped).toFixed(0)} ms${site === null ? '' : `; it waits at ${site}`}`
}

/** The tasks that are lost while a test runs. */
export class Leaks {
	readonly #lost: LostTask[] = []
	readonly #stop: () => void
	readonly #began = performance.now()

	constructor() {
		this.#stop = onLost(lost => {
			if (lost.began >= this.#began) this.#lost.push(lost)
		})
	}

	/** The test has ended: collect garbage, as V8 does not do that by itself for so little. */
	async end(): Promise<readonly LostTask[]> {
		const collect = collector()
		const pending = (): number =>
			liveTasks().filter(({ began, kind }) => began >= this.#began && kind !== 'test').length
		for (let round = 0, before = pending(); before > 0 && round < maxRounds; round++) {
			await turn()
			collect()
			await turn()
			const now = pending()
			if (now === before && round > 0) break
			before = now
		}
		this.#stop()
		return this.#lost
	}
}

async function turn(): Promise<void> {
	await new Promise<void>(resolve => setImmediate(resolve))
}

function collector(): () => void {
	const { gc } = globalThis as { gc?: () => void }
	if (gc !== undefined) return gc
	setFlagsFromString('--expose-gc')
	return runInNewContext('gc') as () => void
}
