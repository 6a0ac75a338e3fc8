// SQLite as WebAssembly, for a Node without node:sqlite. It reads and writes files itself, so a database may be larger
// than memory.
import sqlite from 'node-sqlite3-wasm'
import type { Insert, SqlEngine, SqlResult, SqlValue } from './engine.js'

type SqlRow = Readonly<Record<string, SqlValue>>

/** A statement that a view can be made of. */
const selects = /^\s*(select|with|values)\b/i

export function wasmSqlite(path: string): SqlEngine {
	const database = new sqlite.Database(path)
	const statements: sqlite.Statement[] = []
	const rowsOf = (sql: string): Iterable<SqlRow> => {
		const statement = database.prepare(sql)
		statements.push(statement)
		return statement.iterate() as Iterable<SqlRow>
	}
	/**
	 * This engine returns rows as objects, and no columns if there are no rows. A view has columns in any case, with
	 * unique names.
	 */
	const viewed = (sql: string): SqlResult => {
		database.exec('drop view if exists temp.tsgotrace_query')
		database.run(`create temp view tsgotrace_query as ${sql}`)
		const columns = database.all('pragma table_info(tsgotrace_query)').map(({ name }) => name as string)
		return { columns, rows: arrays(columns, rowsOf('select * from tsgotrace_query')) }
	}
	return {
		exec: sql => database.exec(sql),
		prepare(sql): Insert {
			const statement = database.prepare(sql)
			statements.push(statement)
			return values => {
				statement.run(values as SqlValue[])
			}
		},
		query(sql) {
			if (selects.test(sql)) return viewed(sql)
			const rows = [...rowsOf(sql)]
			const columns = Object.keys(rows[0] ?? {})
			return { columns, rows: arrays(columns, rows) }
		},
		close() {
			for (const statement of statements) statement.finalize()
			database.close()
		},
	}
}

function* arrays(columns: readonly string[], rows: Iterable<SqlRow>): Generator<readonly SqlValue[]> {
	for (const row of rows) yield columns.map(column => row[column]!)
}
