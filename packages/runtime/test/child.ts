import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

export interface Ended {
	readonly code: number | null
	readonly stdout: string
	readonly stderr: string
}

/**
 * Run `script`, an ES module, in a process of its own, with the built packages. It may import
 * `./test/child/ztrace.mjs`.
 */
export function node(script: string, flags: readonly string[] = []): Promise<Ended> {
	return new Promise((resolve, reject) => {
		// Nothing of the test runner's: its conditions and hooks come with NODE_OPTIONS.
		const env = { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0' }
		const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', script], { cwd: folder, env })
		let stdout = ''
		let stderr = ''
		child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
		child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
		child.on('error', reject)
		child.on('close', code => resolve({ code, stdout, stderr }))
	})
}
