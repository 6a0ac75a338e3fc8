// Worker threads that the thread starts.
import type { Worker } from 'node:worker_threads'
import { connectOnce } from '../realm.js'
import { traceWorkerEnd, traceWorkerEnd_Event, traceWorkerStart, traceWorkerStart_Event } from './ztrace.js'

/** The thread has started a worker: its `threadId`, and its name (from Node 24 on). */
//trace:event traceWorkerStart(worker: number, name: string)

/** A worker has ended, with an exit code: not 0 if it threw or was terminated. */
//trace:event traceWorkerEnd(worker: number, code: number)

connectOnce('workerStart', [traceWorkerStart_Event, traceWorkerEnd_Event], () => {
	let isStopped = false
	const started = (worker: Worker & { readonly threadName?: string | null }): void => {
		// -1 once it has ended.
		const id = worker.threadId
		traceWorkerStart(id, worker.threadName ?? '')
		worker.once('exit', code => {
			if (!isStopped) traceWorkerEnd(id, code)
		})
	}
	process.on('worker', started)
	return () => {
		isStopped = true
		process.removeListener('worker', started)
	}
})
