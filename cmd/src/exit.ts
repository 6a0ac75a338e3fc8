/** 0 all is well, 1 diagnostics or stale files, 2 usage, 3 refusal or I/O. */
export type ExitCode = 0 | 1 | 2 | 3

/** Let the process end with `code`, after all that it has to print. */
export function exit(code: ExitCode): void {
	process.exitCode = code
}

/** Report what stopped a command. */
export function fail(error: unknown): void {
	const { message, code } = error as NodeJS.ErrnoException
	// An error of the system has a code and a clear text; any other is a mistake of ours, of which the stack tells more.
	process.stderr.write(`tsgotrace: ${code === undefined ? ((error as Error).stack ?? message) : message}\n`)
	exit(3)
}
