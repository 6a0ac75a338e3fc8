// exec-load.mjs, forked by exec-child.mjs: eight clients. For each message `{ port, count }`, they send so many requests to a server, as fast as they are answered, and report the end.
import { spawnSync } from 'node:child_process'
import { Agent, get } from 'node:http'

// The servers are kept on the last processor, and this process with them unless it is moved.
spawnSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' })

const agent = new Agent({ keepAlive: true })
process.on('message', ({ port, count }) => {
	const options = { host: '127.0.0.1', port, path: '/customers', agent }
	let left = count
	let open = 0
	const ask = () => {
		if (left === 0) {
			if (open === 0) process.send('done')
			return
		}
		left--
		open++
		get(options, response => {
			response.on('end', () => {
				open--
				ask()
			})
			response.resume()
		}).on('error', () => process.exit(1))
	}
	for (let i = 0; i < 8; i++) ask()
})
process.on('disconnect', () => process.exit())
