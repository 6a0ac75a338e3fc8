// Messages that flow through steps, several at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { region, task } from '@tsgotrace/exec'
import { bufferCount, interval, lastValueFrom, mergeMap, take } from 'rxjs'

const parse = n => region('parse', async () => ({ n }))
const store = row => region('store', () => sleep(6, row))
await lastValueFrom(
	interval(5).pipe(
		take(240),
		mergeMap(n => task('message', async () => store(await parse(n))), 20),
		bufferCount(10),
		mergeMap(rows => task('batch', () => sleep(rows.length))),
	),
)
