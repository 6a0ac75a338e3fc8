import { setImmediate } from 'node:timers/promises'
import type { Semaphore } from './semaphore.js'
import { traceUpload } from './ztrace.js'

//trace:event async traceUpload(file: string)   // before the file is sent

/** One at a time, or as many as the semaphore lets. */
export function upload(file: string, semaphore: Semaphore, signal?: AbortSignal): Promise<void> {
	return semaphore.use(async () => {
		if (traceUpload) await traceUpload(file)
		await setImmediate()
	}, signal)
}
