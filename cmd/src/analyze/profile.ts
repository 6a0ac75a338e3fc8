import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type ProfileKind, StateProfile } from '@tsgotrace/trace/analyze/profile'
import { shellWord } from '@tsgotrace/trace/shell'
import { CommandError, type ExitCode } from '../exit.js'
import type { KeyFlags } from '../key.js'
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
			kind === 'cpu'
				? `${paths.join(', ')}: the trace has no CPU samples\n  hint: record it with --exec=all`
				: `${paths.join(', ')}: the trace does not say what tasks did\n  hint: record it with --exec=states on Node 24 or newer`,
		)
	const built = profile.build(wallStart)
	writeFileSync(output, await promisify(gzip)(built.encode()))
	process.stderr.write(
		built.sample.length === 0
			? `${output}: empty: no task that has ended was in this state\n`
			: `${output}\n  show it with:  go tool pprof -top ${shellWord(output)}\n`,
	)
	return code
}
