// The one protocol for errors: a command throws, and `start.ts`, which started it, catches and reports.

/**
 * 0 success, 1 diagnostics, stale files or a faulty input, 2 wrong usage, 3 a file that must not be overwritten, or an
 * I/O error.
 */
export type ExitCode = 0 | 1 | 2 | 3

/** Stops a command: what to print, and the exit code. */
export class CommandError extends Error {
	override readonly name: string = 'CommandError'
	readonly exitCode: 1 | 2 | 3

	/**
	 * @param message what is wrong. With exit code 1 it starts with the name of the input. A hint is a separate line:
	 * `  hint: …`
	 */
	constructor(exitCode: 1 | 2 | 3, message: string) {
		super(message)
		this.exitCode = exitCode
	}
}

/** Wrong usage, reported in the form in which commander reports invalid options. */
export class UsageError extends CommandError {
	override readonly name = 'UsageError'

	constructor(message: string) {
		super(2, message)
	}
}

const prefixes = { 1: '', 2: 'error: ', 3: 'tsgotrace: ' } as const

/** Let the process end with `code` once it has printed everything. */
export function exit(code: ExitCode): void {
	process.exitCode = code
}

/** Print what stopped a command. @returns the exit code that says so */
export function report(error: unknown): ExitCode {
	if (error instanceof CommandError) {
		process.stderr.write(`${prefixes[error.exitCode]}${error.message}\n`)
		return error.exitCode
	}
	const { message, code } = error as NodeJS.ErrnoException
	// A system error has a code and a clear text. Any other error is a bug in this tool, and its stack is more useful.
	process.stderr.write(`tsgotrace: ${code === undefined ? ((error as Error).stack ?? message) : message}\n`)
	return 3
}
