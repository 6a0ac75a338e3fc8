// Searches in a process of its own: `table` prints what each of them claims, and `replay` replays one schedule, as
// often as is said.
import { type Body, explore, type VerifyOptions } from '@tsgotrace/tracetest'
import * as handover from '../handover.js'
import * as races from '../races.js'

interface Search {
	readonly body: Body
	readonly options: VerifyOptions
}

const searches = new Map<string, Search>()

const deep = { before: 40, tasks: 6, events: 20 }
const { lostUpdate, doubleInit, pool, staleCache, aba, lockOrder, abortGrant } = races
for (const [name, make] of Object.entries({ lostUpdate, doubleInit, pool, staleCache, aba, lockOrder, abortGrant })) {
	searches.set(name, { body: make(), options: { points: races.points } })
	searches.set(`${name}, correct`, { body: make({ fixed: true }), options: { points: races.points } })
}
searches.set('lostUpdate, deep', { body: lostUpdate(deep), options: { points: races.points } })
searches.set('lostUpdate, deep, correct', {
	body: lostUpdate({ ...deep, fixed: true }),
	options: { points: races.points },
})

const { bulkhead, mutex, permit } = handover
for (const [name, make] of Object.entries({ bulkhead, mutex, permit, handedPool: handover.pool }))
	for (const what of ['nothing', 'an immediate', 'a timer'])
		for (const corrected of [false, true]) {
			const how = { corrected, work: handover.works[what]! }
			searches.set(`${name}, ${what}${corrected ? ', correct' : ''}`, {
				body: make(how),
				options: { points: handover.points },
			})
		}

const [what, only, token, times] = process.argv.slice(2)
const { body, options } = searches.get(only ?? '') ?? {}

if (what === 'replay')
	for (let i = 0; i < Number(times); i++) {
		const { claim, failure } = await explore(body!, { ...options, name: only!, token: token!, progress: false })
		console.log(
			JSON.stringify({
				claim,
				replays: failure?.replays,
				token: failure?.token,
				message: failure?.error.message.split('\n', 1)[0],
			}),
		)
	}
else
	for (const [name, search] of searches) {
		const { claim, runs, failure } = await explore(search.body, { ...search.options, name, progress: false })
		console.log(
			JSON.stringify({ name, claim, runs, token: failure?.token, message: failure?.error.message.split('\n', 1)[0] }),
		)
	}
