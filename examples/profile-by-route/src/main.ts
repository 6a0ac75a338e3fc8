// Which route allocates how much? The events show it. Nothing is recorded, so the program can run indefinitely.
import { profile } from '@tsgotrace/record/profile'
import { serve } from './load.js'

const allocations = profile({ events: '@examples/profile-by-route:traceAlloc', weights: ['bytes'], labels: ['route'] })
const sent = await serve()
allocations.stop()
allocations.write('alloc.pb.gz')

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`.padStart(9)
console.log('route    allocations      bytes       sent')
for (const { labels, values } of allocations.samples().sort((a, b) => b.values['bytes'] - a.values['bytes'])) {
	const route = labels['route'] ?? '-'
	console.log(
		`${route.padEnd(8)} ${String(values['events']).padStart(11)}  ${mb(values['bytes'])}  ${mb(sent[route] ?? 0)}`,
	)
}
console.log('alloc.pb.gz has it for pprof.')
