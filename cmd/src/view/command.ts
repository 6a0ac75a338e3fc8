import { resolve } from 'node:path'
import { isSame, OutputTarget } from '../convert/target.js'
import { type ExitCode, UsageError } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { openInBrowser } from './open.js'
import { makePage } from './page.js'
import { serve } from './server.js'

/** Options of `view`. */
export interface ViewFlags extends KeyFlags {
	readonly output?: string
	readonly port?: string
	readonly withTrace?: boolean
	readonly open?: boolean
}

/** `tsgotrace view` */
export async function viewCommand(paths: readonly string[], flags: ViewFlags): Promise<ExitCode> {
	const { output, port = '0', withTrace = false, open = false } = flags
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
		throw new UsageError(`--port must be from 0 to 65535, not '${port}'`)
	if (withTrace && output === undefined)
		throw new UsageError('--with-trace needs --output: a page that is served has the file in any case')
	if (open && output === '-') throw new UsageError('--open needs a file or an address: it excludes --output -')
	if (output === undefined) return serve(paths, flags, Number(port), url => open && openInBrowser(url))
	const made = await makePage(paths, flags, { withTrace, isInput: file => file === '-' || !isSame(file, output) })
	if (made.html === null) return made.code
	// Only now: opening it empties the file.
	const target = new OutputTarget(output === '-' ? null : output)
	for (const part of made.html) await target.write(part)
	await target.end()
	if (open) openInBrowser(resolve(output))
	return made.code
}
