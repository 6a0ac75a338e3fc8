/** Strings, quoted names and comments, in which a semicolon does not end a statement; or a semicolon. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[^]*?\*\/|;/g

/** The statements of a text of SQL, without the semicolons between them and without empty ones. */
export function statementsOf(sql: string): string[] {
	const statements: string[] = []
	let from = 0
	const add = (to: number): void => {
		const statement = sql.slice(from, to).trim()
		if (statement.replace(/^(\s|--[^\n]*|\/\*[^]*?\*\/)+/, '') !== '') statements.push(statement)
		from = to + 1
	}
	for (const { 0: token, index } of sql.matchAll(tokens)) if (token === ';') add(index)
	add(sql.length)
	return statements
}
