import { relative } from 'node:path'

/** A path as people type it. */
export function show(path: string, cwd: string): string {
	return relative(cwd, path) || '.'
}

/** Print a value as JSON. */
export function printJson(value: unknown): void {
	process.stdout.write(`${JSON.stringify(value, null, '\t')}\n`)
}
