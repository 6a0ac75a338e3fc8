// A trace of each test, kept if the test fails.
import { mkdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { checkTraceOptions, type TraceOptions } from '../control/options.js'
import { Trace } from '../control/trace.js'
import { takeAllSites } from '../tasks/beginsite.js'
import { Task } from '../tasks/task.js'
import { LeakError, Leaks } from './leaks.js'

/** Options of `traceTests`: which traces are kept, and what is recorded, as for `startTrace`. */
export interface TestTraceOptions extends Omit<TraceOptions, 'to'> {
	/** The tests whose traces are kept. Default `on-failure`. */
	readonly trace?: 'on-failure' | 'always'
	/** The directory of the traces; created with the first one. Default `traces`. */
	readonly dir?: string
	/**
	 * `fail`: a test that passes, but leaves tasks that nothing can ever resume, fails, with the places where they began.
	 * Garbage is collected at the end of each test that has left tasks. Default `ignore`.
	 */
	readonly leaks?: 'fail' | 'ignore'
	/** Bytes of memory. The trace of a longer test has only its end. Default 4 MiB. */
	readonly ring?: number
}

/** A test that is recorded. */
export interface TracedTest {
	/**
	 * @param error what it threw; undefined if it passed
	 * @throws LeakError if it passed and has left tasks that can never end
	 */
	end(error: unknown): Promise<void>
}

const longestName = 120

/** The traces of the tests of a file. */
export class TestTraces {
	readonly #keepsAll: boolean
	readonly #dir: string
	readonly #options: TraceOptions
	readonly #findsLeaks: boolean
	/** The test of each trace, by path, because two tests may have the same name. */
	readonly #paths = new Map<string, string>()
	#trace: Trace | null = null
	#running = 0

	/** @throws TypeError, RangeError for invalid options */
	constructor({ trace = 'on-failure', dir = 'traces', ring = 4 << 20, leaks = 'ignore', ...rest }: TestTraceOptions) {
		if (trace !== 'on-failure' && trace !== 'always')
			throw new TypeError(`traceTests: trace must be 'on-failure' or 'always', not ${JSON.stringify(trace)}`)
		if (typeof dir !== 'string' || dir === '') throw new TypeError('traceTests: dir must be the path of a directory')
		if (leaks !== 'fail' && leaks !== 'ignore')
			throw new TypeError(`traceTests: leaks must be 'fail' or 'ignore', not ${JSON.stringify(leaks)}`)
		this.#keepsAll = trace === 'always'
		this.#findsLeaks = leaks === 'fail'
		// Each test reports where its tasks began.
		if (this.#findsLeaks) takeAllSites()
		this.#dir = dir
		// The test runner handles uncaught errors.
		this.#options = {
			...rest,
			to: { ring, signal: false, maxDumps: 0, dumpTo: join(dir, 'uncaught-%p-%t-%n.perfetto-trace') },
		}
		checkTraceOptions(this.#options)
		// Check now, and not in the first test.
		new Trace(this.#options).stop()
	}

	/** @param id id of the test, the same when it is retried */
	begin(file: string, name: string, id: string): TracedTest {
		// Tests that run at the same time are in one trace. Not startTrace, because the tested program may call it.
		this.#trace ??= new Trace(this.#options)
		this.#running++
		const leaks = this.#findsLeaks ? new Leaks() : null
		const task = new Task({ name, kind: 'test', parent: null })
		return {
			end: async given => {
				const lost = (await leaks?.end()) ?? []
				const leak = given === undefined && lost.length > 0 ? new LeakError(lost) : null
				const error = leak ?? given
				const failed = error !== undefined
				task.end(failed ? 'threw' : 'returned', failed ? messageOf(error) : '')
				const trace = this.#trace!
				try {
					if (failed || this.#keepsAll) await this.#keep(trace, file, name, id, failed)
				} finally {
					if (--this.#running === 0) {
						trace.stop()
						this.#trace = null
					}
				}
				if (leak !== null) throw leak
			},
		}
	}

	/** An error with the trace must not fail the test. */
	async #keep(trace: Trace, file: string, name: string, id: string, failed: boolean): Promise<void> {
		try {
			const path = this.#pathOf(file, name, id)
			mkdirSync(this.#dir, { recursive: true })
			await trace.dump(path)
			process.stderr.write(
				`tsgotrace: trace of ${failed ? 'the failing test' : 'the test'} '${name}': ${relative('', path)}\n`,
			)
		} catch (error) {
			process.stderr.write(`tsgotrace: the trace of the test '${name}' could not be written: ${messageOf(error)}\n`)
		}
	}

	#pathOf(file: string, name: string, id: string): string {
		const text = `${basename(file).replace(/(\.(test|spec))?\.[cm]?[jt]sx?$/, '')} ${name}`
		const base = text
			.replace(/[^\p{L}\p{N}]+/gu, '-')
			.replace(/^-|-$/g, '')
			.slice(0, longestName)
		for (let n = 1; ; n++) {
			const path = join(this.#dir, `${base}${n === 1 ? '' : `-${n}`}.perfetto-trace`)
			const owner = this.#paths.get(path) ?? id
			if (owner !== id) continue
			this.#paths.set(path, id)
			return path
		}
	}
}

/** vitest's errors are plain objects. */
function messageOf(error: unknown): string {
	try {
		if (typeof error !== 'object' || error === null || !('message' in error)) return String(error)
		return 'name' in error ? `${String(error.name)}: ${String(error.message)}` : String(error.message)
	} catch {
		return ''
	}
}
