import { isSame, OutputTarget } from '../convert/target.js'
import { type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { makePage } from './page.js'
import { serve } from './server.js'

/** Options of `view`. */
export interface ViewFlags extends KeyFlags {
	readonly output?: string
	readonly port?: string
}

/** `tsgotrace view` */
export async function viewCommand(paths: readonly string[], flags: ViewFlags): Promise<ExitCode> {
	const { output, port = '0' } = flags
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`--port must be from 0 to 65535, not '${port}'`)
	if (output === undefined) return serve(paths, flags, Number(port))
	const made = await makePage(paths, flags, file => file === '-' || !isSame(file, output))
	if (made.html === null) return made.code
	// Only now: opening it empties the file.
	const target = new OutputTarget(output === '-' ? null : output)
	for (const part of made.html) await target.write(part)
	await target.end()
	return made.code
}
