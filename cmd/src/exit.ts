/** 0 success, 1 diagnostics or stale files, 2 wrong usage, 3 a file that must not be overwritten, or an I/O error. */
export type ExitCode = 0 | 1 | 2 | 3

/** Let the process end with `code` once it has printed everything. */
export function exit(code: ExitCode): void {
	process.exitCode = code
}

/** Report what stopped a command. */
export function fail(error: unknown): void {
	const { message, code } = error as NodeJS.ErrnoException
	// A system error has a code and a clear text. Any other error is a bug in this tool, and its stack is more useful.
	process.stderr.write(`tsgotrace: ${code === undefined ? ((error as Error).stack ?? message) : message}\n`)
	exit(3)
}
