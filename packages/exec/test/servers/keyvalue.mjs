// Lines over TCP, as Redis has them: commands of clients that send several at once.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { task } from '@tsgotrace/exec'

const values = new Map()
const run = async ([command, key, value]) => {
	if (command === 'SET') values.set(key, value)
	if (command === 'WAIT') await sleep(2)
	return values.get(key) ?? '-'
}
const serve = async socket => {
	for await (const line of createInterface({ input: socket }))
		socket.write(`${await task(line.split(' ')[0], () => run(line.split(' ')))}\n`)
}
const server = createServer(socket => void serve(socket))
await once(server.listen(0, '127.0.0.1'), 'listening')
await Promise.all(
	Array.from({ length: 8 }, async (_, n) => {
		const socket = connect(server.address().port, '127.0.0.1')
		const answers = createInterface({ input: socket })[Symbol.asyncIterator]()
		for (let i = 0; i < 20; i++) {
			socket.write(`SET k${n} ${i}\nWAIT k${n}\nGET k${n}\n`)
			for (let answer = 0; answer < 3; answer++) await answers.next()
			await sleep(40)
		}
		socket.end()
	}),
)
server.close()
