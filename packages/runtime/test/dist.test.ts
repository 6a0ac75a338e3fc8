import { expect, test } from 'vitest'
import { node } from './child.js'

// What is published: the build, as ES modules and as CommonJS.

const prologue = `
	import { createRequire } from 'node:module'
	import * as esm from '@tsgotrace/runtime'
	import * as esmGen1 from '@tsgotrace/runtime/gen1'
	const require = createRequire(process.cwd() + '/x.js')
	const cjs = require('@tsgotrace/runtime')
	const cjsGen1 = require('@tsgotrace/runtime/gen1')
	const print = value => console.log(JSON.stringify(value))
`

async function printed(script: string): Promise<unknown> {
	const { stdout, stderr } = await node(prologue + script)
	expect(stderr).toBe('')
	return JSON.parse(stdout)
}

test('both builds export the same, and nothing more than the API', async () => {
	expect(await printed('print([esm, cjs, esmGen1, cjsGen1].map(m => Object.keys(m).sort()))')).toEqual([
		['Probe', 'ProbeGroup', 'attachProbe', 'connectProducer', 'events', 'lock', 'locked', 'onEvent', 'setup', 'unlock'],
		['Probe', 'ProbeGroup', 'attachProbe', 'connectProducer', 'events', 'lock', 'locked', 'onEvent', 'setup', 'unlock'],
		['attach', 'event', 'imported', 'live', 'threw'],
		['attach', 'event', 'imported', 'live', 'threw'],
	])
})

test('both builds in one process are two copies of the runtime with one registry and one lock', async () => {
	const result = await printed(`
		const declare = (gen1, source) =>
			gen1.event({ 'hello:traceHello': 1, probes: null, id: 'hello:traceHello', params: [], hash: 'h', source, async: false })
		const [one, other] = [declare(esmGen1, 'esm'), declare(cjsGen1, 'cjs')]
		const importHello = esmGen1.imported({ id: 'hello:traceHello', params: [], hash: 'h', async: false })
		const log = []
		const probe = esm.setup(() => esm.attachProbe(null, importHello, source => log.push(source)))
		one.probes[0].fn('esm')
		other.probes[0].fn('cjs')
		let message = ''
		esm.lock()
		try { cjs.lock() } catch (error) { message = error.message }
		probe.detach()
		cjs.unlock()
		print([esm.setup === cjs.setup, cjs.events().map(event => event.source), log, one.probes, other.probes, message.split(' at ')[0]])
	`)
	expect(result).toEqual([
		false,
		['esm', 'cjs'],
		['esm', 'cjs'],
		null,
		null,
		'lock: the tracing lock is already taken,',
	])
})

test('the stub of a pausable event is a live binding of its module', async () => {
	const result = await printed(`
		import * as ztrace from './test/child/ztrace.mjs'
		import { traceSaved, traceSaved_Attach } from './test/child/ztrace.mjs'
		const seen = []
		const look = () => seen.push([typeof traceSaved, typeof ztrace.traceSaved])
		look()
		const probe = esm.setup(() => traceSaved_Attach(null, id => seen.push(id)))
		look()
		if (traceSaved) await traceSaved(7)
		esm.setup(() => probe.detach())
		look()
		print(seen)
	`)
	expect(result).toEqual([['undefined', 'undefined'], ['function', 'function'], 7, ['undefined', 'undefined']])
})

test('a worker has a registry and a lock of its own', async () => {
	const result = await printed(`
		import { Worker } from 'node:worker_threads'
		import { once } from 'node:events'
		import './test/child/ztrace.mjs'
		esm.lock()
		const there = \`
			const { parentPort } = require('node:worker_threads')
			const { lock, unlock, events } = require('@tsgotrace/runtime')
			lock()
			unlock()
			parentPort.postMessage(events().length)
		\`
		const worker = new Worker(there, { eval: true, execArgv: [] })
		esm.unlock()
		print([esm.events().length, ...(await once(worker, 'message'))])
	`)
	expect(result).toEqual([2, 0])
})
