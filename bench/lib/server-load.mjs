// node server-load.mjs PORT: eight clients that ask as fast as they are answered, until the process is ended.
import { spawnSync } from 'node:child_process'
import { Agent, get } from 'node:http'

// The server is kept on the last processor, and this process with it unless it is moved.
spawnSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' })

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
const options = { host: '127.0.0.1', port: Number(process.argv[2]), path: '/customers', agent }
function ask() {
	get(options, response => {
		response.on('end', ask)
		response.resume()
	}).on('error', () => process.exit())
}
for (let i = 0; i < 8; i++) ask()
// If the server dies without a word.
setTimeout(() => process.exit(), 600_000).unref()
