// From a source being saved to the new ztrace.ts on the disk, in watch mode.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** When `path` was last replaced; 0 if it is being replaced now. */
const stamp = path => statSync(path, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n

/** Change the signature of an event of `source` and back: its directory's ztrace.ts must follow. */
async function save(source, wait) {
	const text = readFileSync(source, 'utf8')
	const changed = text.includes('attempt: number')
		? text.replace('attempt: number', 'tries: number')
		: text.replace('tries: number', 'attempt: number')
	const generated = join(dirname(source), 'ztrace.ts')
	const before = stamp(generated)
	writeFileSync(source, changed)
	const saved = process.hrtime.bigint()
	const ms = () => Number(process.hrtime.bigint() - saved) / 1e6
	while (stamp(generated) === before || stamp(generated) === 0n) {
		if (ms() > wait) return null
		// Not a busy loop: the generator needs the processor.
		await sleep(1)
	}
	return ms()
}

/**
 * @param {string} dir
 * @param {string} cli
 * @param {string[]} sources with events
 * @param {number} count
 * @returns {Promise<{ ms: number[], mb: number | null }>}
 */
export async function watchLatency(dir, cli, sources, count) {
	const watcher = spawn(process.execPath, [cli, 'gen', '--watch'], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
	const ended = once(watcher, 'exit')
	try {
		for await (const text of watcher.stdout.iterator({ destroyOnReturn: false }))
			if (String(text).includes('watching')) break
		watcher.stdout.resume()
		if ((await save(sources[0], 10_000)) === null) throw new Error('gen --watch sees no change')
		const ms = []
		for (let i = 0; i < count; i++) {
			await sleep(150)
			const taken = await save(sources[i % sources.length], 10_000)
			if (taken === null) throw new Error('gen --watch missed a change')
			ms.push(taken)
		}
		return { ms, mb: peakOf(watcher.pid) }
	} finally {
		watcher.kill('SIGINT')
		const patience = setTimeout(() => watcher.kill('SIGKILL'), 5000)
		await ended
		clearTimeout(patience)
	}
}

/** Where the system reports it (Linux). */
function peakOf(pid) {
	try {
		return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
	} catch {
		return null
	}
}
