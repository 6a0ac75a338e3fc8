import { fileURLToPath } from 'node:url'
import { type PreloadOptions, recordVariable } from '../preload/options.js'

/**
 * The environment variables with which an unchanged Node program, and every process that it starts, records trace
 * events.
 *
 * @param options what to record, and where; with `report`, each thread leaves its part of the trace and a report in
 * that directory
 * @param nodeOptions the current NODE_OPTIONS, which are kept
 * @example
 * import { execFileSync } from 'node:child_process'
 * import { environment } from '@tsgotrace/record/launch'
 * const env = { ...process.env, ...environment({ to: 'out.perfetto-trace' }) }
 * execFileSync(process.execPath, ['-e', '0'], { env })
 */
export function environment(
	options: PreloadOptions,
	nodeOptions: string = process.env['NODE_OPTIONS'] ?? '',
): Record<string, string> {
	// The same relative path from `src` and from `dist`.
	const preload = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
	return {
		NODE_OPTIONS: `--require=${quoted(preload)} ${nodeOptions}`.trim(),
		[recordVariable]: JSON.stringify(options),
	}
}

/** Quotes text with spaces as NODE_OPTIONS requires. */
export function quoted(text: string): string {
	return /[\s"\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
