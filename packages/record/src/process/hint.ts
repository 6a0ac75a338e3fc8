const hints: Readonly<Record<string, string>> = {
	ENOSPC:
		'free some space, record less (fewer events, sampling, only the last ones in a ring), or write to another disk',
	EDQUOT:
		'free some space, record less (fewer events, sampling, only the last ones in a ring), or write to another disk',
	EFBIG:
		'the file has reached the size limit of the user or the file system (ulimit -f): keep only the last events, or use rotation',
	EACCES: 'the user may not write there: choose another path',
	EPERM: 'the user may not write there: choose another path',
	EROFS: 'the file system is read-only: choose another path',
	ENOTDIR: 'a part of the path is not a directory: choose another path',
	EEXIST: 'a part of the path is not a directory: choose another path',
	EISDIR: 'it is a directory: give the path of a file',
	EMFILE: 'the program has too many open files (ulimit -n)',
}

/**
 * What the user can do about an error of the file system.
 *
 * @param message Node's message, which begins with the code
 * @returns null for unknown codes
 */
export function hint(message: string): string | null {
	return hints[/^(E[A-Z]+)\b/.exec(message)?.[1] ?? ''] ?? null
}
