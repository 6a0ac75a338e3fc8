// The server for agents, asked by the official client.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { faults } from '../../packages/trace/test/analyze/faults.js'
import { bin } from './cli.js'
import { clock, replay } from './replay.js'

vi.mock('../../packages/record/src/engine/clock.ts', () => ({
	now: () => clock.ms,
	monotonicOf: (ms: number) => 1e12 + Math.floor(ms * 1e6),
	realtime: () => 1_700_000_000_000_000_000,
}))

/** What is lost in the recorder cannot be simulated. */
const planted = Object.entries(faults).filter(([, { rule }]) => rule !== 'loss')

let dir = ''
let client: Client
let errors = ''
beforeAll(async () => {
	dir = mkdtempSync(join(tmpdir(), 'tsgotrace-mcp-'))
	for (const [i, [, { program }]] of planted.entries()) replay(await program(1), join(dir, `${i}.perfetto-trace`))
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [bin, 'mcp', '--root', dir],
		stderr: 'pipe',
	})
	transport.stderr!.on('data', (text: Buffer) => (errors += text.toString()))
	client = new Client({ name: 'test', version: '1' })
	await client.connect(transport)
})
afterAll(async () => {
	await client.close()
	rmSync(dir, { recursive: true, force: true })
})

interface Answer {
	readonly text: string
	readonly isError: boolean
}

async function ask(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
	const { content, isError } = await client.callTool({ name, arguments: args })
	const [{ text }] = content as [{ text: string }]
	return { text, isError: isError === true }
}

async function answer<T>(name: string, args: Record<string, unknown> = {}): Promise<T> {
	const { text, isError } = await ask(name, args)
	if (isError) throw new Error(text)
	// What is short enough for an agent.
	expect(text.length).toBeLessThan(16_000)
	return JSON.parse(text) as T
}

interface Page<T> {
	readonly total: number
	readonly items: readonly T[]
	readonly next: number | null
}

interface ShortFinding {
	readonly id: number
	readonly level: string
	readonly rule: string
	readonly subject: string
}

describe('tsgotrace mcp', () => {
	it('has tools that only read, each with a schema', async () => {
		const { tools } = await client.listTools()
		expect(tools.map(({ name }) => name)).toEqual([
			'list_traces',
			'analyze',
			'findings',
			'finding',
			'critical_path',
			'diff',
			'print',
			'list_processes',
			'top',
			'tree',
			'tree_chain',
		])
		for (const { annotations, inputSchema } of tools) {
			expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
			expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
		}
		expect(client.getInstructions()).toContain('Begin with list_traces or list_processes')
		expect(client.getServerVersion()?.name).toBe('tsgotrace')
	})

	it('finds the faults that were planted, in a dialogue: the traces, their findings, the evidence of one', {
		timeout: 120_000,
	}, async () => {
		const traces: string[] = []
		for (let next: number | null = 0; next !== null; ) {
			const page: Page<{ id: string }> = await answer('list_traces', { offset: next, limit: 7 })
			traces.push(...page.items.map(({ id }) => id))
			next = page.next
		}
		expect(traces.toSorted()).toEqual(planted.map((_, i) => `${i}.perfetto-trace`).toSorted())
		const missed: string[] = []
		for (const [i, [name, { rule, level, subject }]] of planted.entries()) {
			const trace = `${i}.perfetto-trace`
			const { items } = await answer<Page<ShortFinding>>('findings', { trace })
			const found = items.find(
				finding => finding.rule === rule && finding.subject === subject && finding.level === level,
			)
			if (found === undefined) {
				missed.push(
					`${name}: ${level} ${rule} ${subject}, not ${items.map(one => `${one.level} ${one.rule} ${one.subject}`).join('; ')}`,
				)
				continue
			}
			const whole = await answer<{ rule: string; evidence: object; look: string }>('finding', { trace, id: found.id })
			expect(whole).toMatchObject({
				rule,
				subject,
				level,
				evidence: { ids: expect.any(Array), text: expect.any(String) },
			})
		}
		// Nine of ten.
		expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(Math.floor(planted.length / 10))
	})

	it('answers what takes an agent from a trace to a task, and to its events, page by page', async () => {
		const at = planted.findIndex(([, { rule }]) => rule === 'n+1')
		const trace = `${at}.perfetto-trace`
		const { seconds, tasks } = await answer<{
			seconds: number
			tasks: { top: { name: string; count: number; p99: string }[] }
		}>('analyze', { trace })
		expect(seconds).toBeGreaterThan(0)
		const [task] = tasks.top
		const path = await answer<Page<{ what: string; took: string }> & { task: number; name: string }>('critical_path', {
			trace,
			slowest: task!.name,
			limit: 3,
		})
		expect(path.name).toBe(task!.name)
		expect(path.items).toHaveLength(3)
		expect(await answer('critical_path', { trace, task: path.task, offset: 3, limit: 3 })).toMatchObject({
			total: path.total,
		})
		const events = '@tsgotrace/exec/tasks:traceTaskBegin'
		const lines: string[] = []
		for (let next: number | null = 0; next !== null; ) {
			const page: { lines: string[]; next: number | null } = await answer('print', {
				trace,
				events,
				offset: next,
				limit: 7,
			})
			lines.push(...page.lines)
			next = page.next
		}
		expect(lines.length).toBeGreaterThanOrEqual(task!.count)
		expect(lines.filter(line => !line.includes('traceTaskBegin'))).toEqual([])
		const early = await answer<{ lines: string[] }>('print', { trace, events, from: 0, to: 0.01, limit: 200 })
		expect(early.lines).toEqual(lines.filter(line => Number.parseFloat(line) <= 0.01))
		expect(await answer<Page<{ verdict: string }>>('diff', { before: trace, after: trace })).toMatchObject({
			items: expect.any(Array),
		})
	})

	it('lists processes', async () => {
		const { items, total } = await answer<Page<{ pid: number; how: string }>>('list_processes', { limit: 200 })
		expect(total).toBe(items.length)
		expect(items.find(({ pid }) => pid === process.pid)).toMatchObject({ how: expect.any(String) })
	})

	it.each([
		['findings', {}, "findings needs the argument 'trace'"],
		['findings', { trace: '../secret' }, "there is no file '../secret'; list_traces lists"],
		['findings', { trace: 'link.perfetto-trace' }, "'link.perfetto-trace' is outside of the directory of this server"],
		['findings', { trace: 'text.perfetto-trace' }, 'cannot be read'],
		['findings', { trace: '0.perfetto-trace', limit: 0 }, "'limit' must be a whole number from 1 to 200, not 0"],
		['finding', { trace: '0.perfetto-trace', id: 99 }, 'there is no finding 99'],
		['critical_path', { trace: '0.perfetto-trace' }, "needs either 'task' or 'slowest'"],
		['critical_path', { trace: '0.perfetto-trace', slowest: 'x' }, "no task named 'x' ended in the trace"],
		['print', { trace: '0.perfetto-trace', evnts: 'x' }, "print has no argument 'evnts'; it has trace, events"],
		['tree', {}, "tree needs either 'pid' or 'snapshot'"],
		['tree', { pid: 4194305 }, 'there is no process 4194305'],
		['tree_chain', { tree: 'tree-9', chain: 0 }, "there is no tree 'tree-9' any more"],
		['top', { pid: 4194305 }, 'there is no process 4194305'],
		['eval', { code: '1' }, "there is no tool 'eval'; there are list_traces"],
	])('says what is wrong with %s %j', async (name, args, message) => {
		symlinkOnce()
		expect(await ask(name, args)).toMatchObject({ isError: true, text: expect.stringContaining(message) })
	})

	it('prints nothing but answers', () => {
		expect(errors).toBe('')
	})
})

let linked = false
function symlinkOnce(): void {
	if (linked) return
	linked = true
	symlinkSync('/etc/hostname', join(dir, 'link.perfetto-trace'))
	writeFileSync(join(dir, 'text.perfetto-trace'), 'this is a text and not a trace')
}
