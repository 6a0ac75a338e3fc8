// Uses everything that the runtime offers, in a process whose globals are poisoned once this module has loaded. Hence
// no global is used in the functions below, and no method of a built-in object.

import { writeSync } from 'node:fs'
import { attachProbe, events, lock, locked, onEvent, ProbeGroup, setup, unlock } from '@tsgotrace/runtime'
import { event, imported } from '@tsgotrace/runtime/gen1'
import {
	traceHello,
	traceHello_Attach,
	traceHello_Event,
	traceHello_on,
	traceSaved,
	traceSaved_Attach,
} from './ztrace.mjs'

const exit = process.exit.bind(process)
const { dispose } = Symbol
const soon = setImmediate
const frozen = Object.freeze({ x: 1 })
const tick = Promise.resolve()
const nop = () => {}
const oops = new Error('oops')
const stale =
	'event late was imported as () but the running copy has (a: string, b: number) (in s); run "tsgotrace gen" again where it is imported'

let failures = 0
function check(what, ok) {
	if (ok) return
	failures++
	writeSync(2, `not ok: ${what}\n`)
}

let reported = 0
// Node itself fails at some of the poisons, so only what the runtime reports counts.
process.setUncaughtExceptionCaptureCallback(error => {
	if (error === null || error === undefined || error.message === undefined) return
	if (error.cause === oops || error.message === stale) reported++
})

function attachSignalDetach() {
	let log = ''
	const group = new ProbeGroup()
	const { a, b, c, d, e } = setup(() => ({
		a: traceHello_Attach(null, (who, n) => {
			log += `a${who}${n.x}`
		}),
		b: traceHello_Attach(group, () => {
			log += 'b'
		}),
		c: attachProbe(group, traceHello_Event, () => {
			log += 'c'
		}),
		d: attachProbe(group, traceHello_Event, () => {
			log += 'd'
		}),
		e: attachProbe(group, traceHello_Event, () => {
			log += 'e'
		}),
	}))
	check('on', traceHello_on())
	traceHello('JP', frozen)
	check('five probes', log === 'aJP1bcde')

	lock()
	c.detach()
	c.detach()
	unlock()
	check('next', b.next === d && c.next === d && e.next === null)
	check('copies', a.copies === 1 && c.copies === 0)
	log = ''
	traceHello('JP', frozen)
	check('detach', log === 'aJP1bde')

	const other = new ProbeGroup()
	setup(() => other.add(d))
	group.done()
	log = ''
	traceHello('JP', frozen)
	check('done', log === 'aJP1d')
	other[dispose]()
	setup(() => a.detach())
	check('off', !traceHello_on() && traceHello_Event.probes === null)
}

function locking() {
	const held = locked()
	let message = ''
	try {
		lock()
	} catch (error) {
		message = error.message
	}
	held[dispose]()
	check('a second lock', message !== '' && message !== undefined)
	let ran = false
	try {
		void setup(async () => {
			ran = true
		})
		check('async setup', false)
	} catch {}
	check('async setup ran', !ran)
}

function errors() {
	let caught
	const group = new ProbeGroup({
		onError: error => {
			caught = error
		},
	})
	const throws = () => {
		throw oops
	}
	setup(() => traceHello_Attach(group, throws))
	traceHello('JP')
	group.done()
	check('onError', caught === oops)

	const probe = setup(() => traceHello_Attach(null, throws))
	traceHello('JP')
	setup(() => probe.detach())
}

function registry() {
	let heard = ''
	const stop = onEvent(event => {
		if (event.id === 'late') heard += event.hash
	})
	const late = hash =>
		event({ late: 1, probes: null, id: 'late', params: ['a: string', 'b: number'], hash, source: 's', async: false })
	const importLate = imported({ id: 'late', params: [], hash: 'good', async: false })
	const probe = setup(() => attachProbe(null, importLate, nop))
	const good = late('good')
	check('import', good.probes !== null && good.probes[0] === probe && probe.copies === 1)
	late('stale')
	check('import of a stale copy', probe.copies === 1)
	try {
		setup(() => attachProbe(null, importLate, nop))
		check('attach to a stale copy', false)
	} catch {}
	stop()
	late('good')
	check('onEvent', heard === 'goodstale')
	setup(() => probe.detach())
	check('detach an import', good.probes === null && probe.copies === 0)
	check('events', events().length >= 5)
}

async function pausable() {
	let log = ''
	const group = new ProbeGroup()
	check('no stub', traceSaved === undefined)
	setup(() => {
		traceSaved_Attach(group, async id => {
			await tick
			log += `a${id}`
		})
		traceSaved_Attach(group, id => {
			log += `b${id}`
		})
	})
	if (traceSaved) await traceSaved(7)
	check('pausable', log === 'b7a7')
	group.done()

	let refused
	const refusing = new ProbeGroup({ rejectSignaller: true })
	setup(() =>
		traceSaved_Attach(refusing, async () => {
			throw oops
		}),
	)
	try {
		if (traceSaved) await traceSaved(7)
	} catch (error) {
		refused = error
	}
	check('rejectSignaller', refused === oops)
	refusing.done()
	check('no stub again', traceSaved === undefined)
}

/** Writes `passed` and ends the process, unless something went wrong. */
export async function everything(poison, reports) {
	try {
		poison()
		attachSignalDetach()
		locking()
		errors()
		registry()
		await pausable()
	} catch (error) {
		check(`threw ${typeof error === 'object' && error !== null ? error.stack : error}`, false)
	}
	soon(() => {
		// Of the probe that throws, and of the stale copy of an event.
		check(`${reported} reports`, !reports || reported === 2)
		if (failures === 0) writeSync(1, 'passed')
		exit(0)
	})
}
