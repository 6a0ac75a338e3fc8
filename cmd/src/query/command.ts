import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { magic } from '@tsgotrace/trace/format/sealed'
import { CommandError, type ExitCode, UsageError } from '../exit.js'
import { traceFiles } from '../inputs.js'
import type { KeyFlags } from '../key.js'
import { Output } from '../stdout.js'
import { table } from '../table.js'
import { takeTrace } from '../tracefile.js'
import type { SqlEngine, SqlResult, SqlValue } from './engine.js'
import { Loader } from './loader.js'
import { askProcessor, findProcessor, noProcessor, parseCsv } from './perfetto.js'
import { statementsOf } from './statements.js'
import { tableColumns } from './tables.js'

/** Options of `query`. */
export interface QueryFlags extends KeyFlags {
	readonly json?: boolean
	readonly engine?: 'sqlite' | 'perfetto'
}

/** `tsgotrace query` */
export async function queryCommand(path: string, sql: string, flags: QueryFlags): Promise<ExitCode> {
	const statements = statementsOf(sql)
	if (statements.length === 0)
		throw new UsageError('no SQL given; an example: "select name, count(*) from slices group by name"')
	return flags.engine === 'perfetto' ? byPerfetto(path, sql, flags) : bySqlite(path, statements, flags)
}

async function bySqlite(path: string, statements: readonly string[], flags: QueryFlags): Promise<ExitCode> {
	const database = await temporary(path)
	const output = new Output()
	try {
		const loader = new Loader(database.engine)
		let wallStart: bigint | null = null
		let packets = 0
		const code = await takeTrace(
			[path],
			flags,
			(batch, reader) => {
				loader.take(batch)
				;({ wallStart } = reader)
				;({ packets } = reader.progress)
				return Promise.resolve(true)
			},
			false,
		)
		if (code === 1 && packets === 0) return code
		loader.finish(wallStart)
		let tables = 0
		for (const statement of statements) {
			const result = database.engine.query(statement)
			// Reading the rows executes the statement, even if it has no columns.
			await show(result, tables, flags, output)
			if (result.columns.length > 0) tables++
		}
		await output.flush()
		return code
	} catch (error) {
		if (!isSqlError(error)) throw error
		await output.flush()
		throw new CommandError(1, `${path}: ${error.message}${schemaHint(error.message, statements)}`)
	} finally {
		database.close()
	}
}

/** JSON is printed row by row; a table needs all rows first, for the widths of its columns. */
async function show({ columns, rows }: SqlResult, before: number, { json }: QueryFlags, output: Output): Promise<void> {
	if (json) {
		for (const row of rows) {
			if (
				!output.write(`${JSON.stringify(Object.fromEntries(columns.map((column, i) => [column, plain(row[i]!)])))}\n`)
			)
				continue
			await output.flush()
			if (output.closed) return
		}
		return
	}
	const all = [...rows]
	if (columns.length === 0) return
	const isText = [...columns.keys()].filter(i => all.some(row => typeof row[i] === 'string'))
	output.write(`${before > 0 ? '\n' : ''}${table([columns, ...all.map(row => row.map(shown))], { left: isText })}`)
}

interface OpenDatabase {
	readonly engine: SqlEngine
	close(): void
}

/**
 * A database in a file that is removed at the end, so that memory does not grow with the trace. That of an encrypted
 * trace stays in memory, so that nothing is written unencrypted.
 */
async function temporary(path: string): Promise<OpenDatabase> {
	if (someEncrypted(path)) {
		const engine = await open(':memory:')
		return { engine, close: () => engine.close() }
	}
	const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-query-'))
	const remove = (): void => rmSync(directory, { recursive: true, force: true })
	const stop = (signal: NodeJS.Signals): void => {
		remove()
		process.kill(process.pid, signal)
	}
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
	const engine = await open(join(directory, 'trace.db'))
	return {
		engine,
		close() {
			engine.close()
			remove()
		},
	}
}

async function open(path: string): Promise<SqlEngine> {
	const { nodeSqlite } = await import('./nodesqlite.js')
	const engine = nodeSqlite(path) ?? (await import('./wasmsqlite.js')).wasmSqlite(path)
	// The database is temporary: no journal, no waiting for the disk. Large sorts use files.
	engine.exec(
		'pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive; pragma cache_size = -65536; pragma temp_store = file',
	)
	return engine
}

function someEncrypted(path: string): boolean {
	return traceFiles([path]).some(file => file !== '-' && isEncrypted(file))
}

function isEncrypted(path: string): boolean {
	const start = Buffer.alloc(magic.length)
	const file = openSync(path, 'r')
	try {
		readSync(file, start)
	} finally {
		closeSync(file)
	}
	return start.equals(magic)
}

/** What there is instead of a table or column that does not exist. */
function schemaHint(message: string, statements: readonly string[]): string {
	if (message.includes('no such table')) return `\n  hint: the tables are ${Object.keys(tableColumns).join(', ')}`
	if (!message.includes('no such column')) return ''
	const words = new Set(statements.join(' ').match(/\w+/g))
	return Object.entries(tableColumns)
		.filter(([table]) => words.has(table))
		.map(([table, columns]) => `\n  hint: the columns of ${table} are ${columns.join(', ')}`)
		.join('')
}

/** Each of the two engines has its own error class. */
function isSqlError(error: unknown): error is Error {
	return (
		error instanceof Error &&
		(error.name === 'SQLite3Error' || (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR')
	)
}

async function byPerfetto(path: string, sql: string, { json }: QueryFlags): Promise<ExitCode> {
	const stat = statSync(path, { throwIfNoEntry: false })
	if (stat === undefined) throw new UsageError(`file not found: '${path}'`)
	if (stat.isDirectory()) throw new UsageError(`'${path}' is a directory; --engine perfetto reads one file`)
	if (isEncrypted(path))
		throw new UsageError(`'${path}' is encrypted, and --engine perfetto cannot read it; omit --engine`)
	const program = findProcessor(process.env)
	if (program === null) throw new CommandError(3, noProcessor)
	const { ok, csv, messages } = await askProcessor(program, path, sql)
	if (!ok) throw new CommandError(1, `${path}: ${messages.trim()}`)
	const output = new Output()
	for (const [i, [columns = [], ...rows]] of parseCsv(csv).entries()) {
		if (json)
			for (const row of rows)
				output.write(`${JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, row[at]])))}\n`)
		else output.write(`${i > 0 ? '\n' : ''}${table([columns, ...rows], { left: [...columns.keys()] })}`)
	}
	await output.flush()
	return 0
}

function shown(value: SqlValue): string {
	if (value === null) return 'NULL'
	return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}

function plain(value: SqlValue): string | number | null {
	if (typeof value === 'bigint') return String(value)
	return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
