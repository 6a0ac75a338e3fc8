// A search that goes on for long: far more schedules than there is time for.
import { event, live } from '@tsgotrace/runtime/gen1'

const descriptor = event({
	id: 'watch:traceStep',
	params: [],
	hash: '1',
	source: 'body.mjs:1',
	async: true,
	probes: null,
	live: null,
})
let traceStep = live(descriptor, stub => {
	traceStep = stub
})

export const options = {
	points: [descriptor],
	delays: 100,
	runs: 1e9,
	budget: Number(process.env.LONG_BUDGET ?? 60_000),
}

/** @param {import('@tsgotrace/tracetest').T} t */
export async function body(t) {
	const steps = async () => {
		for (let i = 0; i < 10; i++) if (traceStep) await traceStep()
	}
	await t.all(t.go('A', steps), t.go('B', steps), t.go('C', steps))
}
