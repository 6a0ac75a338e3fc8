const hints: Readonly<Record<string, string>> = {
	ENOSPC: 'free some room, or record less: fewer events, sampling, the last ones only; or write to another disk',
	EDQUOT: 'free some room, or record less: fewer events, sampling, the last ones only; or write to another disk',
	EFBIG: 'files of this user, or on this disk, may not be larger (ulimit -f): keep the last events only, or begin new files by rotation',
	EACCES: 'the user who runs this may not write there: choose another path',
	EPERM: 'the user who runs this may not write there: choose another path',
	EROFS: 'nothing can be written there: choose another path',
	ENOTDIR: 'a part of the path is a file, and no directory: choose another path',
	EEXIST: 'a part of the path is a file, and no directory: choose another path',
	EISDIR: 'it is a directory: give the path of a file',
	EMFILE: 'the program has too many open files (ulimit -n)',
}

/**
 * What can be done about an error of the file system.
 *
 * @param message as Node says it: the code comes first
 * @returns null if nothing is known
 */
export function hint(message: string): string | null {
	return hints[/^(E[A-Z]+)\b/.exec(message)?.[1] ?? ''] ?? null
}
