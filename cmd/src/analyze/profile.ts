import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type ProfileKind, StateProfile } from '@tsgotrace/trace/analyze/profile'
import { CommandError, type ExitCode } from '../exit.js'
import type { KeyFlags } from '../key.js'
import { quoted } from '../recordend.js'
import { takeTrace } from '../tracefile.js'

/** Writes the profile of a state. */
export async function writeProfile(
	paths: readonly string[],
	kind: ProfileKind,
	output: string,
	flags: KeyFlags,
): Promise<ExitCode> {
	const profile = new StateProfile(kind)
	let packets = 0
	let wallStart: bigint | null = null
	const code = await takeTrace(
		paths,
		flags,
		async (batch, reader) => {
			profile.take(batch)
			packets = reader.progress.packets
			wallStart = reader.wallStart
			return Promise.resolve(true)
		},
		false,
	)
	if (code === 1 && packets === 0) return code
	if (!profile.known)
		throw new CommandError(
			1,
			`${paths.join(', ')}: the trace does not say what tasks did\n  hint: record it with --exec states, or with -e '@tsgotrace/exec/**'`,
		)
	writeFileSync(output, await promisify(gzip)(profile.build(wallStart).encode()))
	process.stderr.write(`${output}\n  show it with:  go tool pprof -top ${quoted(output)}\n`)
	return code
}
