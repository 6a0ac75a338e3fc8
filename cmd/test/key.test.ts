// Encrypted segments, and several files at once.
import { createCipheriv } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { monotonic, TraceMaker } from '../../packages/trace/test/traces.js'
import { cli } from './cli.js'

const key = Buffer.from(Array.from({ length: 32 }, (_, i) => 7 * i + 128))
const names: Record<string, [number, string][]> = { event_categories: [[1, 'hello']], event_names: [[1, 'traceA']] }

/** By Node's own cipher, as FORMAT.md says. */
function encrypted(plain: Buffer, nonce = Buffer.alloc(12, 3)): Buffer {
	const cipher = createCipheriv('aes-256-gcm', key, nonce)
	return Buffer.concat([Buffer.from('tsgtrec1'), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function trace(signals: number): Buffer {
	const maker = new TraceMaker().header().state().intern(names)
	for (let i = 0; i < signals; i++) maker.event(3, 1, 1, 500)
	return maker
		.statistics('hello:traceA', [signals, signals, 0, 0], monotonic + 9000n)
		.end('stop', monotonic + 9000n)
		.bytes()
}

let dir: string
beforeAll(() => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-key-'))
	writeFileSync(join(dir, 'a.trace'), trace(2))
	writeFileSync(join(dir, 'b.trace'), trace(3))
	writeFileSync(join(dir, 'a.enc'), encrypted(trace(2)))
	writeFileSync(join(dir, 'a.gz.enc'), encrypted(gzipSync(trace(2))))
	const long = encrypted(trace(100_000))
	writeFileSync(join(dir, 'long.enc'), long)
	long[long.length >> 1]! ^= 1
	writeFileSync(join(dir, 'changed.enc'), long)
	writeFileSync(join(dir, 'cut.enc'), readFileSync(join(dir, 'a.enc')).subarray(0, -5))
	writeFileSync(join(dir, 'key'), key)
	writeFileSync(join(dir, 'key.hex'), `${key.toString('hex')}\n`)
	writeFileSync(join(dir, 'other'), Buffer.alloc(32, 1))
	writeFileSync(join(dir, 'short'), 'secret')
})
afterAll(() => rmSync(dir, { recursive: true }))

describe.concurrent('an encrypted segment', () => {
	const printed = '0.000000500 42/main hello:traceA\n0.000001000 42/main hello:traceA\n'

	it.each([
		['a.enc', ['--key-file', 'key'], {}],
		['a.enc', ['--key-file', 'key.hex'], {}],
		['a.gz.enc', [], { TSGOTRACE_KEY: key.toString('hex') }],
		['a.enc', [], { TSGOTRACE_KEY: key.toString('base64') }],
		['a.enc', [], { TSGOTRACE_KEY: key.toString('base64url') }],
		// Nothing to decrypt.
		['a.trace', ['--key-file', 'other'], {}],
	])('%s is read with %j %j', async (file, flags, env) => {
		expect(await cli(['print', file, ...flags], dir, { env })).toEqual({ status: 0, stdout: printed, stderr: '' })
	})

	it('is summarised, converted and queried', async () => {
		const flags = ['--key-file', 'key']
		expect((await cli(['summary', 'long.enc', ...flags], dir)).stdout).toMatch(/^100,000 events/)
		expect((await cli(['convert', 'a.enc', '-t', 'csv', ...flags], dir)).stdout.trim().split('\n')).toHaveLength(3)
		const { stdout, stderr } = await cli(
			['query', 'a.gz.enc', "select count(*) as n from events where name = 'traceA'", '--json', ...flags],
			dir,
		)
		expect({ stdout, stderr }).toEqual({ stdout: '{"n":2}\n', stderr: '' })
	})

	const hint = '  hint: pass the 32 bytes of `rotate.key`; on the command line with --key-file or TSGOTRACE_KEY\n'
	const wrong = 'the segment cannot be decrypted: the key is wrong, or the file was truncated or changed\n'
	it.each([
		['print', 'a.enc', [], `a.enc: encrypted: this is an encrypted segment\n${hint}`],
		['summary', 'a.enc', ['--key-file', 'other'], `a.enc: encrypted: ${wrong}`],
		['print', 'a.gz.enc', ['--key-file', 'other'], `a.gz.enc: encrypted: ${wrong}`],
		['print', 'cut.enc', ['--key-file', 'key'], `cut.enc: encrypted: ${wrong}`],
		['query', 'a.enc', [], `a.enc: encrypted: this is an encrypted segment\n${hint}`],
		['query', 'a.enc', ['--key-file', 'other'], `a.enc: encrypted: ${wrong}`],
	])('%s %s %j says what is wrong', async (command, file, flags, message) => {
		const sql = command === 'query' ? ['select 1'] : []
		const { status, stderr } = await cli([command, file, ...sql, ...flags], dir)
		expect({ status, stderr }).toEqual({ status: 1, stderr: message })
	})

	it('that was changed in the middle is not printed at all', async () => {
		const run = await cli(['print', 'changed.enc', '--key-file', 'key'], dir)
		expect(run).toEqual({ status: 1, stdout: '', stderr: `changed.enc: encrypted: ${wrong}` })
	})

	it.each([
		[
			['--key-file', 'short'],
			{},
			"'short' does not contain a valid key: a key is 32 bytes, in hex or base64, or raw in a file",
		],
		[['--key-file', 'missing'], {}, '--key-file: ENOENT'],
		[[], { TSGOTRACE_KEY: 'x' }, 'TSGOTRACE_KEY is not a valid key'],
	])('%j %j is wrong usage', async (flags, env, message) => {
		const { status, stderr } = await cli(['print', 'a.enc', ...flags], dir, { env })
		expect(stderr).toContain(message)
		expect(status).toBe(2)
	})
})

describe.concurrent('several files', () => {
	it('are one trace', async () => {
		const { stdout, stderr } = await cli(['summary', 'a.trace', 'b.trace', 'a.enc', '--json', '--key-file', 'key'], dir)
		expect(stderr).toBe('')
		expect((JSON.parse(stdout) as { events: { recorded: number }[] }).events[0]!.recorded).toBe(7)
	})

	it('are read after one that cannot be read, which is reported', async () => {
		const { status, stdout, stderr } = await cli(['print', 'a.trace', 'a.enc', 'b.trace'], dir)
		expect(stdout.trim().split('\n')).toHaveLength(5)
		expect(stderr).toMatch(/^a\.enc: encrypted: /)
		expect(status).toBe(1)
		expect(await cli(['print', 'a.trace', 'nothing'], dir)).toMatchObject({ status: 2, stdout: '' })
	})
})
