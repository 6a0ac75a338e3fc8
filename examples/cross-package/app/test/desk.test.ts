import { ProbeGroup, setup } from '@tsgotrace/runtime'
import { Mailbox } from 'mailbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../src/desk.js'
import { mailbox_traceQueued_Attach, mailbox_traceTaken_Attach, mailbox_traceWaiting_Attach } from './ztrace_test.js'

//trace:import "mailbox"

let group: ProbeGroup
/** What happened in all boxes, in order. */
let log: string[]

beforeEach(() => {
	group = new ProbeGroup()
	log = []
	setup(() => {
		mailbox_traceQueued_Attach(group, (box, letter) => log.push(`${box.name}: ${String(letter)} lies in the box`))
		mailbox_traceWaiting_Attach(group, box => log.push(`${box.name}: a reader waits`))
		mailbox_traceTaken_Attach(group, (box, letter) => log.push(`${box.name}: ${String(letter)} is taken`))
	})
})

afterEach(() => group.done())

test('every order has its receipt before the next order leaves the box', async () => {
	const orders = new Mailbox<string>('orders')
	const receipts = new Mailbox<string>('receipts')
	for (const order of ['tea', 'rice', 'close']) orders.put(order)
	await serve(orders, receipts)

	expect(log).toEqual([
		'orders: tea lies in the box',
		'orders: rice lies in the box',
		'orders: close lies in the box',
		'orders: tea is taken',
		'receipts: receipt for tea lies in the box',
		'orders: rice is taken',
		'receipts: receipt for rice lies in the box',
		'orders: close is taken',
	])
})

test('a customer who waits gets the receipt from hand to hand, and of two clerks the one who waits longest serves', async () => {
	const orders = new Mailbox<string>('orders')
	const receipts = new Mailbox<string>('receipts')
	// What is true inside, at the very moment of the event: the probe runs before the box goes on. What a probe throws is reported as an
	// uncaught error is, so it fails the run and never changes what the box does.
	setup(() => mailbox_traceTaken_Attach(group, box => expect(box.size).toBe(0)))

	const clerks = [serve(orders, receipts), serve(orders, receipts)]
	const receipt = receipts.take()
	orders.put('tea')
	expect(await receipt).toBe('receipt for tea')
	orders.put('close')
	orders.put('close')
	await Promise.all(clerks)

	expect(log).toEqual([
		'orders: a reader waits',
		'orders: a reader waits',
		'receipts: a reader waits',
		'orders: tea is taken',
		'receipts: receipt for tea is taken',
		'orders: a reader waits',
		'orders: close is taken',
		'orders: close is taken',
	])
})
