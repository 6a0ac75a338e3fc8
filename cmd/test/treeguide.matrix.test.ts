// The guide to await trees: its program hangs as it says, and its reports are what the tool prints.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cli } from './cli.js'

const guide = readFileSync(new URL('../../docs/tree.md', import.meta.url), 'utf8')
const blocks = (language: string): string[] =>
	[...guide.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(match => match[1]!)

/** The program of the guide which also prints where it listens, and that a request hangs. */
const program = `${blocks('js')[0]}
server.on('listening', () => process.send(server.address().port))
server.on('request', () => setImmediate(() => process.send('asked')))
process.on('disconnect', () => process.exit())
`

it.runIf(process.platform === 'linux')('prints what the guide shows', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-guide-'))
	writeFileSync(join(dir, 'app.mjs'), program)
	const child = spawn(process.execPath, ['--inspect-port=0', 'app.mjs'], {
		cwd: dir,
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		env: { ...process.env, NODE_OPTIONS: '', PORT: '0' },
	})
	const message = async (): Promise<unknown> => new Promise(resolve => child.once('message', resolve))
	try {
		const port = (await message()) as number
		const ask = async (path: string): Promise<void> => {
			const asked = message()
			get({ port, host: '127.0.0.1', path }).on('error', () => {})
			await asked
		}
		for (const path of ['/bad', '/bad', '/1', '/2', '/3', '/4', '/5']) await ask(path)
		const tree = await cli(['tree', String(child.pid)], dir)
		expect(tree.stdout.replace(/Node \d+\.\d+\.\d+/, 'Node 20.20.2')).toBe(blocks('text')[0])
		const valued = await cli(['tree', String(child.pid), '--values'], dir)
		// One of five requests.
		expect(valued.stdout.replace(/sql = "\/[1-5]"/, 'sql = "/1"')).toContain(blocks('text')[1])
		writeFileSync(join(dir, 'before.json'), (await cli(['tree', String(child.pid), '--json'], dir)).stdout)
		for (const path of ['/6', '/7']) await ask(path)
		expect((await cli(['tree', '--diff', 'before.json', String(child.pid)], dir)).stdout).toBe(blocks('text')[2])
	} finally {
		child.kill('SIGKILL')
		rmSync(dir, { recursive: true })
	}
})
