import { fileURLToPath } from 'node:url'

/** A place in a source file, as the stack of an error names it: with source maps applied where the platform applies them. */
export interface Place {
	readonly file: string
	readonly line: number
	readonly column: number
}

const frame = /^\s*at (?:.*\()?(.+?):(\d+):(\d+)\)?$/

// Generated stubs, the runtime below them, this package and Node itself: what the user wrote is above or below them.
const own =
	/[\\/](?:ztrace(?:_test)?\.[cm]?[jt]s|@tsgotrace[\\/](?:runtime|tracetest)[\\/].*)$|[\\/]packages[\\/](?:runtime|tracetest)[\\/](?:src|dist)[\\/]/

/**
 * The stack that an error, or the target of `Error.captureStackTrace`, holds. Programs have an `Error.prepareStackTrace` of their own, which may
 * return anything, or throw; and errors of their own.
 */
export function stackText(holder: { readonly stack?: unknown } | undefined): string {
	try {
		const stack = holder?.stack
		if (Array.isArray(stack)) return stack.map(site => `    at ${String(site)}`).join('\n')
		return typeof stack === 'string' ? stack : ''
	} catch {
		return ''
	}
}

/** The first place of a stack that is code of the user. */
export function placeOf(stack: string): Place | undefined {
	for (const line of stack.split('\n')) {
		const place = parse(line)
		if (place !== undefined && !own.test(place.file) && !place.file.startsWith('node:')) return place
	}
	return undefined
}

/** The frames of a stack, one a line, without those of generated code, of our packages, and of Node. */
export function userStack(stack: string): string {
	const all = stack.split('\n').filter(line => frame.test(line))
	const kept = all.filter(line => {
		const place = parse(line)
		return place !== undefined && !own.test(place.file) && !place.file.startsWith('node:')
	})
	// Better than none: an error of our own.
	return (kept.length === 0 ? all : kept).join('\n')
}

function parse(line: string): Place | undefined {
	const match = frame.exec(line)
	if (match === null) return undefined
	const [, file, row, column] = match
	return { file: pathOf(file!), line: Number(row), column: Number(column) }
}

function pathOf(file: string): string {
	if (!file.startsWith('file:')) return file.replace(/^async /, '')
	try {
		return fileURLToPath(file)
	} catch {
		// Of another machine, or none.
		return file
	}
}
