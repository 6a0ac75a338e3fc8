// Tells one state of a file from another without reading it, as git does.
import { lstatSync, statSync } from 'node:fs'

/**
 * Size, time of the last change of the content, time of the last change of anything, and number of the file on its disk. Who writes into a
 * file changes the third, whatever is done to the second afterwards; who puts another file in its place changes the last two.
 */
export type Stamp = readonly [size: number, mtime: number, ctime: number, ino: number]

/** Of what cannot be told from a later state. It equals nothing, itself included. */
const untold: Stamp = [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
/** Of a path at which there is nothing. */
const absent: Stamp = [-1, -1, -1, -1]

/** The stamp of what is at `path`. @param follow whether a symbolic link stands for what it leads to */
export function stampOf(path: string, follow: boolean): Stamp {
	const stat = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false })
	return stat === undefined ? absent : [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino]
}

/**
 * The stamp, if any later change will change it; {@link untold} if not: clocks of file systems have ticks, and of two changes within one the
 * second leaves no trace. So what was changed at the `start` of a run or shortly before it is not known by its stamp.
 *
 * @param start of the run, before anything was read, in milliseconds
 */
export function lasting(stamp: Stamp, start: number): Stamp {
	const [, mtime, ctime] = stamp
	// Whole seconds: of a file system that knows no parts of them, or that counts in twos.
	const tick = mtime % 1000 === 0 || ctime % 1000 === 0 ? 2500 : 100
	return Math.max(mtime, ctime) < start - tick ? stamp : untold
}

/** Whether two stamps are of one state. */
export function isSame(a: Stamp, b: Stamp): boolean {
	return a[2] === b[2] && a[1] === b[1] && a[0] === b[0] && a[3] === b[3]
}
