// Workers that begin while their process is recorded.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LiveProcess, recordProcess, type ThreadRecording } from '@tsgotrace/live'
import type { Program } from './programs.js'

/** Record a program in which two workers begin, one after the other, until each thread has recorded something. */
export async function recordedWithLaterWorkers(
	live: LiveProcess,
	{ child }: Program,
	dir: string,
): Promise<ThreadRecording[]> {
	const controller = new AbortController()
	let joined = 0
	let timer: NodeJS.Timeout | undefined
	const stopWhenAllRecord = (): void => {
		const traces = readdirSync(dir).map(name => readFileSync(join(dir, name), 'latin1'))
		if (traces.filter(trace => trace.includes('traceRequestEnd')).length === 3) controller.abort()
	}
	try {
		return await recordProcess(live, {
			options: {},
			limits: { ms: 600_000 },
			directory: dir,
			signal: controller.signal,
			onBegan: () => {
				live.onThread(() => {
					if (++joined < 2) child.send('worker')
					else timer = setInterval(stopWhenAllRecord, 50)
				})
				child.send('worker')
			},
		})
	} finally {
		clearInterval(timer)
	}
}
