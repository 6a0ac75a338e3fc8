// Events as the generator writes them, for one probe.
import { event } from '@tsgotrace/runtime/gen1'

/**
 * A function that signals.
 *
 * @param {string} id
 * @param {...string} params such as `sql: string`
 */
export function stub(id, ...params) {
	const e = event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'x.ts:1', async: false })
	return makers[params.length](e, id)
}

/**
 * By number of parameters, a separate function for each event. The comment makes texts differ, as the engine compiles
 * the same text once, and has one memory of what it called.
 */
const makers = Array.from({ length: 5 }, (_, count) => {
	const args = Array.from({ length: count }, (_, i) => `a${i}`).join(', ')
	const text = id => `// ${id}
		const deliver = (${args}) => {
			const probes = e.probes
			const f = probes[0].fn
			try { f(${args}) } catch {}
		}
		return (${args}) => { if (e.probes !== null) deliver(${args}) }`
	// oxlint-disable-next-line typescript/no-implied-eval -- see above
	return (e, id) => new Function('e', text(id))(e)
})
