// A flight recorder runs all the time. When a slice has taken longer than 200 ms, it writes down what happened before.
import { setTimeout } from 'node:timers/promises'
import { record } from '@tsgotrace/record'
import { readTrace, type TraceSignal } from '@tsgotrace/trace/read'
import { Shop } from './shop.js'

const file = 'slow.perfetto-trace'
const recorder = record({ to: { ring: 1024 * 1024, dumpTo: file, slowSlice: 200 } })

const shop = new Shop(10_000)
const items = ['apple', 'pear', 'plum']
for (let i = 0; i < 10_002; i++) for (const item of items) await shop.page(item)

await setTimeout(1)
recorder.stop()
console.log(`${recorder.stats.signals} events were signalled; the ring has room for the last few ten thousand.`)

// Usually one opens it in Perfetto. It can also be read by a program.
const signals: TraceSignal[] = []
for await (const items of readTrace(file).batches())
	for (const item of items) if ('args' in item && item.type !== 'sample') signals.push(item)
console.log(`${file} was written when a slice had taken longer than 200 ms. It ends with:`)
const last = signals.slice(-6)
let before = last[0]?.time ?? 0
for (const { id, args, time } of last) {
	const ms = ((time - before) / 1e6).toFixed(2)
	before = time
	console.log(
		`  ${ms.padStart(7)} ms  ${id.replace(/.*:/, '').padEnd(18)} ${(Object.values(args) as (string | number)[]).join(' ')}`,
	)
}
