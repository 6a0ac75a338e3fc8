// Paths in ids and generated files always use `/`, on all systems.
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

/** Whether a package in `root` was installed, as opposed to linked or part of the workspace, whose sources are read. */
export function isInstalled(root: string): boolean {
	return root.split(sep).includes('node_modules')
}
