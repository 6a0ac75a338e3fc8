// Distinguishes states of a file without reading it, like git.
import { lstatSync, statSync } from 'node:fs'

/**
 * Size, modification time of the content, change time of the inode, and inode number. Writing into a file changes the
 * third, even if the second is reset afterwards; replacing the file changes the last two.
 */
export type Stamp = readonly [size: number, mtime: number, ctime: number, ino: number]

/** For a state that cannot be distinguished from a later one. It equals nothing, not even itself. */
const untold: Stamp = [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
/** For a path that does not exist. */
const absent: Stamp = [-1, -1, -1, -1]

/** The stamp of the file at `path`. @param follow whether to follow a symbolic link */
export function stampOf(path: string, follow: boolean): Stamp {
	const stat = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false })
	return stat === undefined ? absent : [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino]
}

/**
 * The stamp, if any later change will change it; {@link untold} if not. Clocks of file systems have ticks, and of two
 * changes within one tick the second leaves no trace. So a file that was changed at the `start` of a run or shortly
 * before has no reliable stamp.
 *
 * @param start of the run, before anything was read, in milliseconds
 */
export function lasting(stamp: Stamp, start: number): Stamp {
	const [, mtime, ctime] = stamp
	// Whole seconds: the file system does not store fractions, or counts in steps of two seconds.
	const tick = mtime % 1000 === 0 || ctime % 1000 === 0 ? 2500 : 100
	return Math.max(mtime, ctime) < start - tick ? stamp : untold
}

/** Whether two stamps are of the same state. */
export function isSame(a: Stamp, b: Stamp): boolean {
	return a[2] === b[2] && a[1] === b[1] && a[0] === b[0] && a[3] === b[3]
}
