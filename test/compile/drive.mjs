// Signals every event of the ztrace modules whose paths are given, with and without probes, and says what it did as
// JSON. Plain JavaScript without dependencies, so that every version of Node runs it, as a module and (bundled) as a
// script.
import assert from 'node:assert/strict'
import { ProbeGroup, setup } from '@tsgotrace/runtime'

/** Values that differ by identity: two for a rest parameter, one for each other. */
function argumentsFor(params) {
	return params.flatMap(param => (param.startsWith('...') ? [{ param }, { param, second: true }] : [{ param }]))
}

async function signal(module, name, args) {
	const stub = module[name]
	const result = stub(...args)
	assert.equal(module[`${name}_Event`].async ? await result : result, undefined, `${name} returns nothing`)
}

/** The event signalled by its stub in `module`, listened to through `attach`, which an importer may have. */
async function check(module, name, attach, descriptor) {
	const event = module[`${name}_Event`]
	const args = argumentsFor(event.params)
	const calls = []
	const probe =
		label =>
		(...got) =>
			void calls.push([label, got])
	const unattached = async () => {
		calls.length = 0
		assert.equal(event.probes, null)
		assert.equal(module[`${name}_on`](), false)
		if (event.async) assert.equal(module[name], undefined, 'nothing to wait for')
		else await signal(module, name, args)
		assert.deepEqual(calls, [])
	}
	await unattached()
	const errors = []
	const disturbance = new Error('a probe must not disturb the others')
	const group = new ProbeGroup({ onError: error => errors.push(error) })
	setup(() => {
		attach(group, probe('first'))
		attach(group, () => {
			throw disturbance
		})
		for (const label of ['third', 'fourth', 'fifth', 'sixth']) attach(group, probe(label))
	})
	assert.equal(module[`${name}_on`](), true)
	await signal(module, name, args)
	assert.deepEqual(errors, [disturbance])
	assert.deepEqual(
		calls.map(([label]) => label),
		['first', 'third', 'fourth', 'fifth', 'sixth'],
	)
	for (const [, got] of calls) {
		assert.equal(got.length, args.length)
		for (const [i, arg] of args.entries()) assert.equal(got[i], arg, `argument ${i} of ${name}`)
	}
	assert.equal(descriptor.id, event.id)
	assert.deepEqual(descriptor.params, event.params)
	assert.equal(descriptor.source, event.source)
	group.done()
	await unattached()
	// One probe alone, and detached by itself.
	const alone = setup(() => attach(null, probe('alone')))
	await signal(module, name, args)
	assert.equal(calls.length, 1)
	setup(() => alone.detach())
	await unattached()
}

export async function drive(modules) {
	const own = new Map()
	const imported = []
	for (const module of modules) {
		for (const key of Object.keys(module).filter(k => k.endsWith('_Event'))) {
			const name = key.slice(0, -'_Event'.length)
			if (`${name}_on` in module) own.set(module[key].id, { module, name })
			else imported.push({ event: module[key], attach: module[`${name}_Attach`] })
		}
	}
	for (const { module, name } of own.values())
		await check(module, name, module[`${name}_Attach`], module[`${name}_Event`])
	const missing = []
	for (const { event, attach } of imported) {
		const exporter = own.get(event.id)
		if (exporter === undefined) missing.push(event.id)
		else await check(exporter.module, exporter.name, attach, event)
	}
	return { events: [...own.keys()], imported: imported.map(i => i.event.id), missing }
}
