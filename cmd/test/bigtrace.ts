// A trace of any size, and how much memory the tool takes for it.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { TraceMaker } from '../../packages/trace/test/traces.js'
import { bin } from './cli.js'

const names: Record<string, [number, string][]> = {
	event_categories: [[1, 'shop/db']],
	event_names: [
		[1, 'traceRow'],
		[2, 'query'],
		[3, 'open'],
	],
	debug_annotation_names: [
		[64, 'sql'],
		[65, 'n'],
	],
	debug_annotation_string_values: Array.from({ length: 200 }, (_, i) => [
		64 + i,
		`select ${i} from orders where id = ?`,
	]),
}
const lanes = 20

/**
 * Write a trace of `bytes`, and a little more: slices on lanes that overlap, events with arguments, counters.
 *
 * @returns how many events it has
 */
export function writeBigTrace(path: string, bytes: number): number {
	const head = new TraceMaker()
		.header()
		.declare('shop/db:traceQueryBegin', 'begin', 'query')
		.declare('shop/db:traceQueryEnd', 'end', 'query')
		.state()
		.intern(names)
	for (let i = 0; i < lanes; i++)
		head.add({ sequence_flags: 2, track_descriptor: { uuid: 900 + i, name: 'query', parent_uuid: 420 } })
	head.add({ sequence_flags: 2, track_descriptor: { uuid: 990, name: 'open', parent_uuid: 420, counter: {} } })
	// Times are relative, so the same events can follow each other again and again.
	const part = new TraceMaker()
	let events = 0
	for (let i = 0; i < 2000; i++) {
		const track_uuid = 900 + (i % lanes)
		if (i >= lanes) part.event(2, 1, 2, 50, { track_uuid })
		part.event(1, 1, 2, 100 + i, {
			track_uuid,
			debug_annotations: [{ name_iid: 64, string_value_iid: 64 + (i % 200) }],
		})
		part.event(3, 1, 1, 150, {
			debug_annotations: [
				{ name_iid: 64, string_value_iid: 64 + (i % 200) },
				{ name_iid: 65, double_value: Math.sqrt(i) },
			],
		})
		part.event(4, 1, 3, 0, { track_uuid: 990, counter_value: i % 50 })
		events += i >= lanes ? 4 : 3
	}
	for (let i = 0; i < lanes; i++) part.event(2, 1, 2, 10, { track_uuid: 900 + i })
	events += lanes
	const repeated = part.bytes()
	const file = openSync(path, 'w')
	try {
		let written = writeSync(file, head.bytes())
		let parts = 0
		for (; written < bytes; parts++) written += writeSync(file, repeated)
		return parts * events
	} finally {
		closeSync(file)
	}
}

/** What a run took. */
export interface Measured {
	readonly status: number | null
	/** The most memory that it had at a time, in megabytes. */
	readonly megabytes: number
	readonly seconds: number
	readonly stderr: string
}

const report = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.RSS_FILE,String(process.resourceUsage().maxRSS)))`

/** Run the tool to its end, throwing away what it prints. */
export async function measure(args: readonly string[], dir: string): Promise<Measured> {
	const rss = join(dir, `rss-${args.join('-').replace(/\W/g, '')}`)
	const { NODE_OPTIONS: _, ...env } = process.env
	const started = performance.now()
	const child = spawn(process.execPath, [`--import=data:text/javascript,${encodeURIComponent(report)}`, bin, ...args], {
		cwd: dir,
		env: { ...env, RSS_FILE: rss },
		stdio: ['ignore', 'ignore', 'pipe'],
	})
	let stderr = ''
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
	const status = await new Promise<number | null>(resolve => child.on('close', resolve))
	return {
		status,
		megabytes: Number(readFileSync(rss, 'utf8')) / 1024,
		seconds: (performance.now() - started) / 1000,
		stderr,
	}
}
