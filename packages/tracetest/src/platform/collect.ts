import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | undefined

/** Collect all garbage, now. V8 does not do that by itself in a process that waits. */
export function collectGarbage(): void {
	collect ??= (globalThis as { gc?: () => void }).gc ?? made()
	collect()
}

function made(): () => void {
	setFlagsFromString('--expose-gc')
	const gc = runInNewContext('gc') as () => void
	// Contexts that the program makes must not have it.
	setFlagsFromString('--no-expose-gc')
	return gc
}
