// What recording holds on to. Each program runs in a process of its own, with a heap that can be looked at.
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Run a program after a prelude that declares `declare`, and give back what it prints as JSON. */
function run(program: string, ...flags: string[]): Record<string, number> {
	const prelude = `
import { record } from '@tsgotrace/record'
import { event } from '@tsgotrace/runtime/gen1'
const declare = (id, ...params) => {
	const e = event({ [id]: 1, probes: null, id, params, hash: 'h', source: 'x:1', async: false })
	return (...args) => { for (const probe of e.probes ?? []) probe.fn(...args) }
}
const turn = () => new Promise(resolve => setImmediate(resolve))
`
	const out = execFileSync(
		process.execPath,
		['--expose-gc', ...flags, '--input-type=module', '-e', prelude + program],
		{
			encoding: 'utf8',
			cwd: import.meta.dirname,
		},
	)
	return JSON.parse(out) as Record<string, number>
}

describe('recording', () => {
	it('keeps no object alive, nor a long string of which a part was recorded', () => {
		const { alive, grown } = run(`
const one = declare('m:traceOne', 'x: unknown')
const begin = declare('m:traceWorkBegin', 'x: object'), end = declare('m:traceWorkEnd', 'x: object')
const rec = record({ events: 'm:*', to: () => {} })
const refs = []
for (let i = 0; i < 1000; i++) {
	const object = { i }
	refs.push(new WeakRef(object))
	one(object)
	// Some end, some never do.
	begin(object)
	if (i % 2 === 0) end(object)
}
gc()
const before = process.memoryUsage().heapUsed
for (let i = 0; i < 300; i++) one((String(i).padEnd(1_000_000, 'x') + i).slice(0, 50))
await turn(); gc(); await turn(); gc()
console.log(JSON.stringify({ alive: refs.filter(ref => ref.deref() !== undefined).length, grown: process.memoryUsage().heapUsed - before }))
rec.stop()
`)
		// The last one may still be in a register.
		expect(alive).toBeLessThan(3)
		expect(grown).toBeLessThan(10e6)
	})

	it('does not hold on to slices that never end, whatever they are known by', () => {
		const { grown } = run(`
const byKey = declare('m:traceKeyBegin', 'id: string'), keyEnd = declare('m:traceKeyEnd', 'id: string')
const byObject = declare('m:traceObjectBegin', 'o: object'), objectEnd = declare('m:traceObjectEnd', 'o: object')
const byContext = declare('m:traceContextPre'), contextEnd = declare('m:traceContext')
const rec = record({ events: 'm:*', to: () => {} })
const object = {}
const some = () => { for (let i = 0; i < 60_000; i++) { byKey('same'); byObject(object); byContext() } }
some()
await turn(); gc()
const before = process.memoryUsage().heapUsed
for (let k = 0; k < 5; k++) { some(); await turn() }
gc()
console.log(JSON.stringify({ grown: process.memoryUsage().heapUsed - before }))
rec.stop()
`)
		expect(grown).toBeLessThan(5e6)
	})

	it('needs the same memory after millions of events, of ever new strings and slices, in a ring', () => {
		const { grown, dumped, milliseconds } = run(`
const step = declare('m:traceStep', 'n: number', 'id: string')
const begin = declare('m:traceWorkBegin', 'id: string'), end = declare('m:traceWorkEnd', 'id: string')
const rec = record({ events: 'm:*', to: { ring: 4 << 20 } })
const some = from => { for (let i = from; i < from + 100_000; i++) { step(i, i % 3 === 0 ? 'id ' + i : 'same'); begin('job ' + i); if (i % 5000 !== 0) end('job ' + i) } }
some(0); some(100_000)
await turn(); gc()
const before = process.memoryUsage()
for (let k = 2; k < 8; k++) { some(k * 100_000); await turn() }
gc()
const after = process.memoryUsage()
const { dumps } = await import('node:os').then(os => ({ dumps: os.tmpdir() }))
let milliseconds = Infinity, path
for (let i = 0; i < 20; i++) {
	const start = performance.now()
	path = rec.dumpSync(dumps + '/memory-' + process.pid + '.perfetto-trace')
	milliseconds = Math.min(milliseconds, performance.now() - start)
}
const { statSync, rmSync } = await import('node:fs')
const dumped = statSync(path).size
rmSync(path)
const used = ({ heapUsed, external, arrayBuffers }) => heapUsed + external + arrayBuffers
console.log(JSON.stringify({ grown: used(after) - used(before), dumped, milliseconds }))
rec.stop()
`)
		expect(grown).toBeLessThan(3e6)
		expect(dumped).toBeGreaterThan(3 << 20)
		// The aim is 5; a machine that does other things besides is allowed for. The least of 20.
		expect(milliseconds).toBeLessThan(50)
		console.log(`a ring of 4 MiB was written in ${milliseconds?.toFixed(1)} ms; memory grew by ${grown} bytes`)
	})
})
