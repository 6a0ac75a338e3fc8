// The heap of the thread, and the memory of the process.
import { connectOnce } from '../realm.js'
import { readsProcess, repeatedly } from './ticker.js'
import {
	traceExternalMemoryCount,
	traceExternalMemoryCount_Event,
	traceHeapTotalCount,
	traceHeapTotalCount_Event,
	traceHeapUsedCount,
	traceHeapUsedCount_Event,
	traceRssCount,
	traceRssCount_Event,
} from './ztrace.js'

/** Used bytes of the thread's heap, including garbage that has not been collected. Every 100 ms. */
//trace:event traceHeapUsedCount(bytes: number)

/** Reserved bytes of the thread's heap. Every 100 ms. */
//trace:event traceHeapTotalCount(bytes: number)

/** Bytes outside of the heap that objects of the thread hold, such as buffers. Every 100 ms. */
//trace:event traceExternalMemoryCount(bytes: number)

/** Resident set of the process in bytes, of all its threads. Emitted by the main thread, every 100 ms. */
//trace:event traceRssCount(bytes: number)

connectOnce(
	'heapUsedCount',
	[traceHeapUsedCount_Event, traceHeapTotalCount_Event, traceExternalMemoryCount_Event],
	() => {
		const { getHeapStatistics } = process.getBuiltinModule('node:v8')
		return repeatedly(() => {
			const { used_heap_size, total_heap_size, external_memory } = getHeapStatistics()
			traceHeapUsedCount(used_heap_size)
			traceHeapTotalCount(total_heap_size)
			traceExternalMemoryCount(external_memory)
		})
	},
)

// Measured separately, because it takes ten times as long as the others.
connectOnce('rssCount', [traceRssCount_Event], () =>
	readsProcess() ? repeatedly(() => traceRssCount(process.memoryUsage.rss())) : nothing,
)

function nothing(): void {}
