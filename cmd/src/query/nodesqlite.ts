// node:sqlite, which is part of Node from 22.13 on. The types of Node 20 do not contain it, so the part that is used is
// declared here.
import { type Insert, narrowed, type SqlEngine, type SqlValue } from './engine.js'

interface Statement {
	run(...values: readonly SqlValue[]): unknown
	iterate(): Iterable<readonly SqlValue[]>
	columns(): readonly { readonly name: string }[]
	setReadBigInts(on: boolean): void
	setReturnArrays(on: boolean): void
}

interface Database {
	exec(sql: string): void
	prepare(sql: string): Statement
	close(): void
}

interface Sqlite {
	readonly DatabaseSync: new (path: string) => Database
	readonly StatementSync: { readonly prototype: Partial<Statement> }
}

/** Node's own SQLite; null if Node has none, or an early version that cannot return rows as arrays. */
export function nodeSqlite(path: string): SqlEngine | null {
	const sqlite = load()
	if (sqlite?.StatementSync.prototype.setReturnArrays === undefined) return null
	const database = new sqlite.DatabaseSync(path)
	return {
		exec: sql => database.exec(sql),
		prepare(sql): Insert {
			const statement = database.prepare(sql)
			return values => {
				statement.run(...values)
			}
		},
		query(sql) {
			const statement = database.prepare(sql)
			statement.setReadBigInts(true)
			statement.setReturnArrays(true)
			return { columns: statement.columns().map(({ name }) => name), rows: rowsOf(statement) }
		},
		close: () => database.close(),
	}
}

function* rowsOf(statement: Statement): Generator<readonly SqlValue[]> {
	for (const row of statement.iterate()) yield row.map(narrowed)
}

/**
 * Without Node's warning that the module is experimental, which would appear in the output of the command on Node 22
 * and 24.
 */
function load(): Sqlite | undefined {
	const own = Object.getOwnPropertyDescriptor(process, 'emitWarning')!
	process.emitWarning = () => {}
	try {
		return process.getBuiltinModule?.('node:sqlite') as Sqlite | undefined
	} finally {
		Object.defineProperty(process, 'emitWarning', own)
	}
}
