/** 0 all is well, 1 diagnostics or stale files, 2 usage, 3 refusal or I/O. */
export type ExitCode = 0 | 1 | 2 | 3

/** Let the process end with `code`, after all that it has to print. */
export function exit(code: ExitCode): void {
	process.exitCode = code
}
