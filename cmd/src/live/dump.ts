import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { dumpProcess } from '@tsgotrace/live'
import { join } from '@tsgotrace/record/launch'
import { shellWord } from '@tsgotrace/trace/shell'
import type { ExitCode } from '../exit.js'
import { bytes, plural } from '../format.js'
import { checkOutput, reportOf, withParts } from './parts.js'
import { pidOf, withProcess } from './target.js'

/** `tsgotrace dump` */
export async function dumpCommand(
	process_: string,
	{ output, quiet = false }: { output: string; quiet?: boolean },
): Promise<ExitCode> {
	const pid = pidOf(process_)
	checkOutput(output)
	const rings = await withParts(output, async directory => {
		const paths = await withProcess(pid, async live => dumpProcess(live, directory))
		await join(
			paths.map((path, i) => ({ report: reportOf(pid, i, {}), paths: [path] })),
			resolve(output),
		)
		return paths.length
	})
	if (!quiet)
		process.stderr.write(
			`tsgotrace: ${plural(rings, 'flight recorder')} of process ${pid}: ${shellWord(output)}, ${bytes(statSync(output).size)}\n  show it with:  npx tsgotrace summary ${shellWord(output)}\n`,
		)
	return 0
}
