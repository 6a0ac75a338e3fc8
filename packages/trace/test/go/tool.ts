// Go's own `trace`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { decodeProfile } from '../decodeprofile.js'

/** The path of the tool; null where there is no Go. Building it may take minutes, once. */
export function goTraceTool(): string | null {
	const found = spawnSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' })
	if (found.error !== undefined || found.status !== 0) return null
	// It is built when it is first used.
	spawnSync('go', ['tool', 'trace', '-h'], { timeout: 600_000 })
	return found.stdout.trim()
}

/** What is wrong with a file by Go's reader; null if nothing is. */
export function goVerdict(tool: string, file: string): string | null {
	const { status, stderr } = spawnSync(tool, ['-d=parsed', file], {
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
		timeout: 120_000,
	})
	return status === 0 && !/error|panic/i.test(stderr) ? null : `exit code ${status}: ${stderr}`
}

/** Nanoseconds in a profile of Go's that the tool makes of a trace. */
export function goProfile(tool: string, file: string, kind: 'net' | 'sync' | 'syscall' | 'sched'): number {
	const { status, stdout, stderr } = spawnSync(tool, [`-pprof=${kind}`, file], { timeout: 120_000, maxBuffer: 2 ** 28 })
	if (status !== 0) throw new Error(`exit code ${status}: ${String(stderr)}`)
	const { types, rows } = decodeProfile(stdout)
	const delay = types.indexOf('delay/nanoseconds')
	return rows.reduce((sum, { values }) => sum + values[delay]!, 0)
}

/** The pages of a trace. */
export class GoPages {
	readonly url: string
	readonly #child: ChildProcess

	private constructor(child: ChildProcess, url: string) {
		this.#child = child
		this.url = url
	}

	static async open(tool: string, file: string): Promise<GoPages> {
		// It opens a browser unless there is one that does nothing.
		const child = spawn(tool, ['-http=127.0.0.1:0', file], {
			stdio: ['ignore', 'ignore', 'pipe'],
			env: { ...process.env, BROWSER: 'true' },
		})
		let text = ''
		const url = await new Promise<string>((resolve, reject) => {
			child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
				text += chunk
				const found = /listening on (http:\/\/\S+)/.exec(text)
				if (found !== null) resolve(found[1]!)
			})
			child.on('error', reject).on('exit', code => reject(new Error(`trace ended with ${code}: ${text}`)))
		})
		return new GoPages(child, url)
	}

	async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
		const response = await fetch(new URL(path, this.url))
		return { status: response.status, text: await response.text() }
	}

	close(): void {
		this.#child.removeAllListeners('exit')
		this.#child.kill()
	}
}
