// Go's own `trace`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { type GoVersion, goVersions } from '@tsgotrace/trace/export'
import { decodeProfile } from '../decodeprofile.js'

export interface GoTool {
	readonly path: string
	/** The formats that it reads. */
	readonly formats: readonly GoVersion[]
	/** Makes it print the events. */
	readonly print: string
	/** Whether it counts the time in which a goroutine could run as we do: older ones also count what came before. */
	readonly countsRunnable: boolean
}

/** The tool; null where there is no Go. Building it may take minutes, once. */
export function goTraceTool(): GoTool | null {
	const found = spawnSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' })
	if (found.error !== undefined || found.status !== 0) return null
	// It is built when it is first used.
	spawnSync('go', ['tool', 'trace', '-h'], { timeout: 600_000 })
	const minor = Number(/go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout)?.[1])
	const formats = goVersions.filter(version => Number(version.split('.')[1]) <= minor)
	return { path: found.stdout.trim(), formats, print: minor < 24 ? '-d=1' : '-d=parsed', countsRunnable: minor >= 26 }
}

/** What is wrong with a file by Go's reader; null if nothing is. */
export function goVerdict({ path, print }: GoTool, file: string): string | null {
	const { status, stderr } = spawnSync(path, [print, file], {
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
		timeout: 120_000,
	})
	return status === 0 && !/error|panic/i.test(stderr) ? null : `exit code ${status}: ${stderr}`
}

/** Nanoseconds in a profile of Go's that the tool makes of a trace. */
export function goProfile({ path }: GoTool, file: string, kind: 'net' | 'sync' | 'syscall' | 'sched'): number {
	const { status, stdout, stderr } = spawnSync(path, [`-pprof=${kind}`, file], { timeout: 120_000, maxBuffer: 2 ** 28 })
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

	static async open({ path }: GoTool, file: string): Promise<GoPages> {
		// It opens a browser unless there is one that does nothing.
		const child = spawn(path, ['-http=127.0.0.1:0', file], {
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
