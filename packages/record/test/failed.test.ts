// A fault of ours in an encoder: reported with the event, counted as what it is, and nothing else suffers.
import { record } from '@tsgotrace/record'
import { expect, it, vi } from 'vitest'
import { decodeEvents } from '../../trace/test/proto.js'
import { ValueWriter } from '../src/events/value.js'
import { declare } from './events.js'

const one = declare('failed:traceOne', 'x: unknown')
const mistake = {}
const other = declare('failed:traceOther', 'x: unknown')

it('is an error with the id of the event, and no loss', () => {
	const chunks: Uint8Array[] = []
	const errors: Error[] = []
	const rec = record({ events: 'failed:*', to: chunk => chunks.push(chunk), onError: error => errors.push(error) })
	// oxlint-disable-next-line typescript/unbound-method -- it is called on the writer
	const original = ValueWriter.prototype.value
	const broken = vi.spyOn(ValueWriter.prototype, 'value').mockImplementation(function (this: ValueWriter, value) {
		if (value === mistake) throw new TypeError('a mistake of ours')
		original.call(this, value)
	})
	try {
		for (const x of [{ n: 1 }, mistake, { n: 2 }]) one(x)
		other(mistake)
		other({ n: 3 })
	} finally {
		broken.mockRestore()
	}
	rec.stop()
	expect(errors.map(({ message }) => message)).toEqual([
		'failed:traceOne could not be encoded, because of an error in the recorder: a mistake of ours',
	])
	expect((errors[0]!.cause as Error).message).toBe('a mistake of ours')
	expect(rec.stats).toMatchObject({ signals: 5, recorded: 3, dropped: 0, failed: 2, errors: 2 })
	expect(rec.stats.events['failed:traceOne']).toMatchObject({ signals: 3, recorded: 2, failed: 1, dropped: 0 })
	const found = decodeEvents(Buffer.concat(chunks)).filter(({ metadata }) => !metadata)
	expect(found.map(({ args }) => args['x'])).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
})
