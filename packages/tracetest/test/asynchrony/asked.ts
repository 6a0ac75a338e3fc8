import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { certificate } from '../quiescence/certificate.js'

/** What `check.mjs` prints. */
export interface Checked {
	readonly version: string
	/** The functions of this version of Node. */
	readonly names: readonly string[]
	/** Those that are tried by some operation. */
	readonly operations: readonly string[]
	/** How many operations were tried, and at how many turns of the event loop was looked. */
	readonly tried: number
	readonly looks: number
	readonly failures: readonly string[]
}

/** Execute the operations whose names match `pattern` by a version of Node. */
export async function checked(node: string, pattern: string): Promise<Checked> {
	const { key, cert } = certificate()
	// One thread for all requests: those of the operations come after what keeps it busy.
	const env = {
		...process.env,
		PEER_KEY: key,
		PEER_CERT: cert,
		UV_THREADPOOL_SIZE: '1',
		NODE_OPTIONS: '',
		NODE_TEST_CONTEXT: undefined,
	}
	const file = fileURLToPath(new URL('check.mjs', import.meta.url))
	const child = spawn(node, ['--no-warnings', '--expose-gc', file, ...(pattern === '' ? [] : [pattern])], { env })
	// For what reads its input.
	child.stdin.on('error', () => {})
	const lines = setInterval(() => child.stdin.write('line\n'), 30)
	const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
	clearInterval(lines)
	if (!printed.startsWith('{')) throw new Error(`check.mjs printed nothing\n${printed}${errors}`)
	return JSON.parse(printed) as Checked
}
