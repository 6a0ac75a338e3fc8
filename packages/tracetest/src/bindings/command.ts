/** `'it''s'` for a POSIX shell; what needs no quotes gets none. */
export function quote(argument: string): string {
	return /^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

/** A pattern that matches `text` literally. */
export function literal(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
