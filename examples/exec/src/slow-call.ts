// A request that asks three services at once, one of which is slow.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { task } from '@tsgotrace/exec'

const service = (ms: number): Promise<Server> =>
	new Promise(resolve => {
		const server = createServer((_, response) => setTimeout(() => response.end('done'), ms))
		server.listen(0, '127.0.0.1', () => resolve(server))
	})
const services = { '/user': await service(2), '/stock': await service(3), '/reviews': await service(80) }

await task('page', async () => {
	const asked = Object.entries(services).map(async ([path, server]) => {
		const { port } = server.address() as AddressInfo
		return (await fetch(`http://127.0.0.1:${port}${path}`)).text()
	})
	await Promise.all(asked)
})
for (const server of Object.values(services)) {
	server.close()
	server.closeAllConnections()
}
