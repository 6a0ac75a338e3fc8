// Eight clients that ask one request after the other, with a pause between them.
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** @param {number} port */
export async function load(port, paths = ['/items/1', '/items/2', '/health'], requests = 240) {
	const agent = new Agent({ keepAlive: true })
	let left = requests
	const ask = path =>
		new Promise((resolve, reject) =>
			get({ port, path, agent }, response => response.resume().on('end', resolve).on('error', reject)).on(
				'error',
				reject,
			),
		)
	await Promise.all(
		Array.from({ length: 8 }, async () => {
			while (left-- > 0) {
				await ask(paths[left % paths.length])
				await sleep(40)
			}
		}),
	)
	agent.destroy()
}
