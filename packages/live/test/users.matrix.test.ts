// Another user gets nowhere: not to the socket, not to its directory, not to a trace, not to the inspector.
import { execFile, execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { LiveProcess, recordProcess } from '@tsgotrace/live'
import { describe, expect, it } from 'vitest'
import { socketPath } from '../src/protocol/directory.js'
import { runtime, start } from './programs.js'

const stranger = '65534'

/** Whether programs can be started as another user here. */
function canBeStranger(): boolean {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
	try {
		execFileSync('setpriv', [`--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups', 'true'])
		return true
	} catch {
		return false
	}
}

/** What a program says that the other user executes. */
async function asStranger(code: string): Promise<string> {
	const args = [
		`--reuid=${stranger}`,
		`--regid=${stranger}`,
		'--clear-groups',
		process.execPath,
		'--input-type=module',
		'-e',
		code,
	]
	const { stdout } = await promisify(execFile)('setpriv', args, { cwd: '/', env: {} })
	return stdout.trim()
}

const reach = (path: string): string =>
	`import { connect } from 'node:net'; const s = connect(${JSON.stringify(path)}); s.on('error', e => console.log(e.code)); s.on('connect', () => { console.log('connected'); s.destroy() })`
const read = (path: string): string =>
	`import fs from 'node:fs'; try { fs.readdirSync(${JSON.stringify(path)}); console.log('read') } catch (e) { console.log(e.code) }`
const readFile = (path: string): string =>
	`import fs from 'node:fs'; try { fs.readFileSync(${JSON.stringify(path)}); console.log('read') } catch (e) { console.log(e.code) }`

describe.runIf(canBeStranger())('another user', () => {
	it('cannot connect to a control socket, nor see which there are', async () => {
		const { pid } = await start('', { prepared: true })
		const path = socketPath(join(runtime, 'tsgotrace'), pid, 0)
		// The directory around it is open here: its own mode is what keeps others out.
		execFileSync('chmod', ['755', runtime])
		expect(await asStranger(read(runtime))).toBe('read')
		expect(await asStranger(read(dirname(path)))).toBe('EACCES')
		expect(await asStranger(reach(path))).toBe('EACCES')
		execFileSync('chmod', ['755', dirname(path)])
		try {
			// And so does that of the socket alone.
			expect(await asStranger(reach(path))).toBe('EACCES')
			// Who uses it does not trust such a directory any more.
			await expect(
				LiveProcess.open(pid).then(async live => live.close().then(() => live.threads[0]!.about.isPrepared)),
			).resolves.toBe(false)
		} finally {
			execFileSync('chmod', ['700', dirname(path)])
		}
	})

	it('cannot read what is recorded', async () => {
		const { pid } = await start('', { prepared: true })
		const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-parts-'))
		execFileSync('chmod', ['755', dir])
		try {
			await using live = await LiveProcess.open(pid)
			const [thread] = await recordProcess(live, { options: {}, limits: { ms: 600_000, events: 3 }, directory: dir })
			expect(lstatSync(thread!.path).mode & 0o777).toBe(0o600)
			expect(await asStranger(readFile(thread!.path))).toBe('EACCES')
		} finally {
			rmSync(dir, { recursive: true, force: true })
		}
	})

	it('cannot signal the process, so that its inspector opens, and is refused before it tries', async () => {
		const { pid } = await start('')
		const signal = `try { process.kill(${pid}, 'SIGUSR1'); console.log('signalled') } catch (e) { console.log(e.code) }`
		expect(await asStranger(signal)).toBe('EPERM')
		const own = await start('', { uid: Number(stranger), program: join(import.meta.dirname, 'fixtures/plain.mjs') })
		await expect(LiveProcess.open(own.pid)).rejects.toThrow(/belongs to user 65534, and this is user 0/)
	})
})
