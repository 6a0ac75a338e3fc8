// Jobs of different periods beside a server.
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setInterval, setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'
import { load } from './load.mjs'

const jobs = new AbortController()
const every = async (ms, name, work) => {
	for await (const _ of setInterval(ms, undefined, { signal: jobs.signal })) await task(name, work)
}
const files = async () => {
	const names = await readdir(new URL('.', import.meta.url))
	return Promise.all(names.slice(0, 5).map(name => readFile(new URL(name, import.meta.url))))
}
const all = [every(20, 'refresh', () => sleep(5)), every(50, 'scan', files), every(100, 'report', () => sleep(30))]
const server = createServer((_, response) => setTimeout(() => response.end('ok'), 2))
await once(server.listen(0, '127.0.0.1'), 'listening')
await load(server.address().port)
jobs.abort()
await Promise.allSettled(all)
server.close()
