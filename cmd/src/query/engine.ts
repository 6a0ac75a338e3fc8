/** A value of SQL. Integers that a JavaScript number cannot represent exactly are bigints. */
export type SqlValue = string | number | bigint | null | Uint8Array

/** The rows of a statement. A statement without columns, such as `create view`, has no rows. */
export interface SqlResult {
	readonly columns: readonly string[]
	readonly rows: Iterable<readonly SqlValue[]>
}

/** A prepared statement that returns no rows. */
export type Insert = (values: readonly SqlValue[]) => void

/** An SQL database that belongs to this process alone. Its methods throw an Error with the message of the engine. */
export interface SqlEngine {
	/** Execute statements and ignore their rows. */
	exec(sql: string): void
	prepare(sql: string): Insert
	/** Execute one statement. The rows are computed while they are read. */
	query(sql: string): SqlResult
	close(): void
}

/** The integer as a number, if that is exact. */
export function narrowed(value: SqlValue): SqlValue {
	return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}
