import type { Mailbox } from 'mailbox'

/** A clerk: answers every order with a receipt, one after the other, until an order says "close". */
export async function serve(orders: Mailbox<string>, receipts: Mailbox<string>): Promise<void> {
	for (;;) {
		const order = await orders.take()
		if (order === 'close') return
		receipts.put(`receipt for ${order}`)
	}
}
