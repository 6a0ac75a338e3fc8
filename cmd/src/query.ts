import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { ExitCode } from './exit.js'
import { type KeyFlags, keyFrom } from './key.js'
import { usageError } from './output.js'
import { NoProcessorError, Processor, type SqlValue } from './processor.js'
import { Progress } from './progress.js'
import { Output } from './stdout.js'
import { table } from './table.js'

/** Options of `query`. */
export interface QueryFlags extends KeyFlags {
	readonly json?: boolean
}

/** `tsgotrace query` */
export async function queryCommand(path: string, sql: string, flags: QueryFlags): Promise<ExitCode> {
	const stat = statSync(path, { throwIfNoEntry: false })
	if (stat === undefined) return usageError(`there is no file '${path}'`)
	if (stat.isDirectory()) return usageError(`'${path}' is a directory; give a trace file`)
	const key = keyFrom(flags)
	if (key === 2) return key
	let clear: Uint8Array | null
	try {
		clear = await decrypted(path, key)
	} catch (error) {
		process.stderr.write(`${path}: ${(error as Error).message}\n`)
		return 1
	}
	let processor: Processor
	try {
		processor = await Processor.load()
	} catch (error) {
		if (!(error instanceof NoProcessorError)) throw error
		process.stderr.write(`tsgotrace: ${error.message}\n`)
		return 3
	}
	const progress = new Progress()
	const output = new Output()
	try {
		if (clear === null) await processor.open(path, done => progress.bar(done, 'loading'))
		else await processor.load(clear)
		const faults = await processor.query("select name, value from stats where severity in ('error', 'data_loss') and value > 0")
		progress.clear()
		for (const [name, value] of faults.rows) process.stderr.write(`${path}: ${shown(name!)}: ${shown(value!)}\n`)
		const { columns, rows } = await processor.query(sql)
		if (flags.json)
			for (const row of rows) output.write(`${JSON.stringify(Object.fromEntries(columns.map((c, i) => [c, plain(row[i]!)])))}\n`)
		else if (columns.length > 0) output.write(table([columns, ...rows.map(row => row.map(shown))], textColumns(columns, rows)))
	} catch (error) {
		progress.clear()
		// What the engine says of wrong SQL, or of a file that it does not take.
		process.stderr.write(`${path}: ${stripVTControlCharacters(messageOf(error)).trim()}\n`)
		return 1
	} finally {
		processor.close()
	}
	await output.flush()
	return 0
}

/** The engine throws objects of its own where it cannot read a file. */
function messageOf(error: unknown): string {
	if (error === null || typeof error !== 'object') return String(error)
	const { message } = error as { message?: unknown }
	return typeof message === 'string' ? message : JSON.stringify(error)
}

/** An encrypted segment in clear; null for what is not encrypted, which the engine reads itself. */
async function decrypted(path: string, key: Uint8Array | undefined): Promise<Uint8Array | null> {
	const start = Buffer.alloc(8)
	const file = openSync(path, 'r')
	try {
		readSync(file, start)
	} finally {
		closeSync(file)
	}
	if (start.toString('latin1') !== 'tsgtrec1') return null
	if (key === undefined) throw new Error('this is an encrypted segment: its key is given by --key-file or TSGOTRACE_KEY')
	const { decryptSegment } = await import('@tsgotrace/record')
	return decryptSegment(readFileSync(path), key)
}

/** Columns of text are to the left. */
function textColumns(columns: readonly string[], rows: readonly (readonly SqlValue[])[]): number[] {
	return [...columns.keys()].filter(i => rows.some(row => typeof row[i] === 'string'))
}

function shown(value: SqlValue): string {
	if (value === null) return 'NULL'
	return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}

function plain(value: SqlValue): string | number | null {
	if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
	return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
