import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type DecodedEvent, decodeEvents } from '../../trace/test/proto.js'

const program = fileURLToPath(new URL('fixtures/program.mjs', import.meta.url))

export function start(to: string, how: string, options: object = {}, flags: readonly string[] = []): ChildProcess {
	return spawn(process.execPath, [...flags, program, to, how, JSON.stringify(options)], {
		stdio: ['ignore', 'pipe', 'pipe'],
	})
}

export async function ready(child: ChildProcess): Promise<void> {
	const [text] = (await once(child.stdout!, 'data')) as [Buffer]
	expect(String(text)).toBe('ready\n')
}

export async function end(
	child: ChildProcess,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
	let stderr = ''
	child.stderr!.on('data', (text: Buffer) => {
		stderr += String(text)
	})
	const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
	return { code, signal, stderr }
}

export function steps(path: string): DecodedEvent[] {
	return decodeEvents(readFileSync(path)).filter(({ id }) => id === 'exits:traceStep')
}

/**
 * Record, kill -9 after a number of milliseconds, and check what is left: everything up to a second ago.
 * @returns the path
 */
export async function killed(to: string, after: number): Promise<void> {
	const child = start(to, 'loop')
	await ready(child)
	await new Promise(resolve => setTimeout(resolve, after))
	const at = process.hrtime.bigint()
	child.kill('SIGKILL')
	expect(await end(child)).toMatchObject({ signal: 'SIGKILL' })
	const found = steps(to)
	expect(found.map(({ args }) => args['n'])).toEqual(found.map((_, i) => i))
	// The timer of a second, and what a busy machine adds.
	if (after > 1000) expect(at - found.at(-1)!.ts).toBeLessThan(1_500_000_000n)
}
