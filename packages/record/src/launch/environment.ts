import { fileURLToPath } from 'node:url'
import { type PreloadOptions, VARIABLE } from '../preload/options.js'

/**
 * The environment variables with which a Node program, and all that it starts in its turn, records trace events without a change.
 *
 * @param options what and where to; with `report`, each thread leaves its part of the trace and a report in that directory
 * @param nodeOptions the present NODE_OPTIONS, which are kept
 * @example
 * import { execFileSync } from 'node:child_process'
 * import { environment } from '@tsgotrace/record/launch'
 * execFileSync(process.execPath, ['-e', '0'], { env: { ...process.env, ...environment({ to: 'out.perfetto-trace' }) } })
 */
export function environment(options: PreloadOptions, nodeOptions: string = process.env['NODE_OPTIONS'] ?? ''): Record<string, string> {
	// The same place from the sources and from what is built of them.
	const preload = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
	return { NODE_OPTIONS: `--require=${quoted(preload)} ${nodeOptions}`.trim(), [VARIABLE]: JSON.stringify(options) }
}

/** As NODE_OPTIONS wants what has spaces in it. */
export function quoted(text: string): string {
	return /[\s"\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text
}
