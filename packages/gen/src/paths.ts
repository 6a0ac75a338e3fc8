// Paths as ids and generated files have them, whatever the system writes between their parts.
import { relative, sep } from 'node:path'

/** `path` with `/` between its parts. */
export function slashed(path: string): string {
	return sep === '/' ? path : path.split(sep).join('/')
}

/** `path` as seen from `from`, with `/` between its parts. */
export function slashedRelative(from: string, path: string): string {
	return slashed(relative(from, path))
}

/** Whether `path` is `dir` or below it. Both are absolute. */
export function isWithin(path: string, dir: string): boolean {
	return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep)
}

/** Whether a package in `root` was installed, and not linked or written: those are sources. */
export function isInstalled(root: string): boolean {
	return root.split(sep).includes('node_modules')
}
